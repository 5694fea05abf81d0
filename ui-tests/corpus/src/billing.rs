//! A subscription, from the trial to the last bill.

use dacapo::prelude::*;

/// What a customer has agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Who pays.
    pub customer: String,
    /// How much, in cents for each period.
    pub price: u64,
    /// How long nothing is paid.
    pub trial: Duration,
    /// How long a period is.
    pub period: Duration,
    /// How many periods are left.
    pub periods_left: u32,
    /// What was paid so far, in cents.
    pub paid: u64,
}

/// The customer leaves.
pub const CANCELLED: Event<()> = Event::new("cancelled");
/// The price is another from the next period on.
pub const NEW_PRICE: Event<u64> = Event::new("new_price");
/// The customer pays what is owed.
pub const PAID: Event<u64> = Event::new("paid");

/// Writes to a customer.
#[activity]
pub async fn email(customer: String, subject: String) -> Result<()> {
    info!("to {customer}: {subject}");
    Ok(())
}

/// Charges a customer for a period.
#[activity(retry(max_attempts = 5, first_interval = "1m", backoff = 3.0, timeout = "3d"))]
pub async fn charge(ctx: &ActivityContext, customer: String, amount: u64) -> Result<u64> {
    if customer.is_empty() || ctx.task_execution_id().is_empty() {
        return Err(Error::with_type("NoCustomer", "nobody to charge").non_retriable());
    }
    Ok(amount)
}

/// Bills each period, until the customer leaves or the contract ends.
#[workflow]
pub async fn subscription(ctx: &WorkflowContext, mut contract: Subscription) -> Result<Subscription> {
    let customer = contract.customer.clone();
    if contract.paid == 0 && contract.trial > Duration::ZERO {
        email(customer.clone(), "Welcome to your trial".to_owned()).await?;
        let cancelled = CANCELLED.recv().timeout(contract.trial).await;
        if cancelled.is_ok() {
            email(customer, "Sorry that you did not like it".to_owned()).await?;
            return Ok(contract);
        }
    }
    while contract.periods_left > 0 {
        contract.paid += charge(customer.clone(), contract.price).await?;
        contract.periods_left -= 1;
        let end = ctx.now() + contract.period;
        loop {
            select! {
                cancelled = CANCELLED.recv() => {
                    cancelled?;
                    email(customer, "Goodbye".to_owned()).await?;
                    return Ok(contract);
                }
                price = NEW_PRICE.recv() => contract.price = price?,
                () = ctx.create_timer_at(end) => break,
            }
        }
        if contract.periods_left.is_multiple_of(12) && contract.periods_left > 0 {
            return subscription(contract).continue_as_new().await;
        }
    }
    email(customer, format!("Your contract has ended; you paid {}", contract.paid)).await?;
    Ok(contract)
}

/// Reminds of an unpaid bill, more and more sternly, and then hands it over.
#[workflow]
pub async fn dunning(customer: String, owed: u64, patience: Duration) -> Result<bool> {
    let mut open = owed;
    for (level, tone) in ["friendly", "firm", "last"].into_iter().enumerate() {
        email(customer.clone(), format!("{tone} reminder: {open} are open")).await?;
        let patience = patience / u32::try_from(level + 1)?;
        while let Ok(paid) = PAID.recv().timeout(patience).await {
            open = open.saturating_sub(paid);
            if open == 0 {
                return Ok(true);
            }
        }
    }
    email("collections".to_owned(), format!("{customer} owes {open}")).await?;
    Ok(false)
}

/// Splits a sum among people so that not a cent is lost.
#[workflow]
pub async fn split_bill(people: Vec<String>, total: u64) -> Result<Vec<(String, u64)>> {
    let count = people.len() as u64;
    let (Some(each), Some(rest)) = (total.checked_div(count), total.checked_rem(count)) else {
        return Ok(Vec::new());
    };
    let shares = people.into_iter().zip(0..).map(|(person, place)| (person, each + u64::from(place < rest)));
    let shares: Vec<(String, u64)> = shares.collect();
    let charges = shares.iter().map(|(person, share)| charge(person.clone(), *share));
    let charged = all(charges.collect::<Vec<_>>()).await?;
    assert_eq!(charged.iter().sum::<u64>(), total, "every cent is paid once");
    Ok(shares)
}
