//! Workflows that the tests share.

use dacapo::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) amount: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub(crate) enum PaymentError {
    #[error("the card was declined for {amount}")]
    Declined { amount: u64 },
}

pub(crate) const APPROVAL: Event<bool> = Event::new("approval");

#[activity(retry(max_attempts = 3, first_interval = "1h"))]
pub(crate) async fn charge(payment: Payment) -> Result<String, PaymentError> {
    match payment.amount {
        13 => Err(PaymentError::Declined { amount: 13 }),
        amount => Ok(format!("charged {amount}")),
    }
}

/// Of another app: there is no body here.
#[activity(app = "warehouse")]
pub(crate) async fn pack(item: String, pieces: u32) -> Result<u32>;

/// Also of another app.
#[workflow(app = "carrier")]
pub(crate) async fn deliver(address: String) -> Result<String>;

#[activity]
pub(crate) async fn plain(n: u32) -> u32 {
    n + 1
}

#[workflow]
pub(crate) async fn pay(amount: u64) -> Result<String, PaymentError> {
    match charge(Payment { amount }).await {
        Ok(receipt) => {
            info!(amount, "paid");
            Ok(receipt)
        }
        Err(failure) => {
            let text = failure.to_string();
            failure.into_error().map_or(Ok(text), Err)
        }
    }
}

#[workflow]
pub(crate) async fn order(item: String) -> Result<String> {
    let pieces = pack(item, 2).await?;
    let tracked = deliver(format!("{pieces} pieces")).await?;
    Ok(tracked)
}

#[workflow]
pub(crate) async fn approved(ctx: &WorkflowContext) -> Result<bool> {
    ctx.set_custom_status("waiting")?;
    let answer = match APPROVAL.recv().timeout(Duration::from_secs(24 * 3600)).await {
        Ok(answer) => answer,
        Err(EventError::Elapsed) => false,
        Err(undecodable) => return Err(undecodable.into()),
    };
    ctx.set_custom_status("answered")?;
    Ok(answer)
}

#[workflow]
pub(crate) async fn endless_wait() -> Result<bool> {
    Ok(APPROVAL.recv().await?)
}

#[workflow]
pub(crate) async fn parent_of_a_wait() -> Result<bool> {
    Ok(endless_wait().id("the-child").await?)
}

#[workflow]
pub(crate) async fn month(ctx: &WorkflowContext) -> Result<String> {
    ctx.create_timer(Duration::from_secs(30 * 24 * 3600)).await;
    Ok(ctx.now().to_string())
}

#[workflow]
pub(crate) async fn race_of_many(n: u32) -> Result<Vec<u32>> {
    let first = race((0..n).map(plain).collect::<Vec<_>>()).await;
    let (index, result) = first;
    Ok(vec![u32::try_from(index)?, result?])
}

#[workflow]
pub(crate) async fn fan_out(n: u32) -> Result<u32> {
    let results = (0..n).map(plain).collect::<Vec<_>>().await;
    let numbers: Vec<u32> = results.into_iter().collect::<Result<_, _>>()?;
    Ok(numbers.into_iter().sum())
}
