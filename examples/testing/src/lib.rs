//! A subscription that is charged every month, and the tests of it in `tests/`: a package to copy.
//!
//! The guide to them is docs/testing.md; all of its code stands here.

use dacapo::client::RecordedHistory;
use dacapo::prelude::*;

/// One month of the subscription.
pub const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

/// The customer wants no more.
pub const CANCELLED: Event<Reason> = Event::new("cancelled");

/// Why a customer leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// In the customer's words.
    pub text: String,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Who pays.
    pub customer: String,
    /// What a month costs, in cents.
    pub price: u64,
    /// How many months it runs.
    pub months: u32,
}

/// What the bank says to a charge that it does not carry out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum BankError {
    /// There is no money.
    #[error("{customer} has no money")]
    NoMoney {
        /// Who should have paid.
        customer: String,
    },
    /// Nobody was there.
    #[error("the bank does not answer")]
    Silent,
}

/// Where the money is.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    /// The name of the bank.
    pub name: String,
}

/// Takes the price of a month.
///
/// # Errors
/// [`BankError`], as the bank says.
#[activity(retry(max_attempts = 3, first_interval = "10s", backoff = 2.0))]
pub async fn charge(
    ctx: &ActivityContext,
    bank: State<Bank>,
    customer: String,
    cents: u64,
) -> Result<String, BankError> {
    if cents == 0 {
        return Err(BankError::NoMoney { customer });
    }
    Ok(format!("{cents} cents of {customer} by {}, under {}", bank.name, ctx.task_execution_id()))
}

/// Writes to the customer; another team's app does it.
///
/// # Errors
/// Whatever that app says.
#[activity(app = "mail")]
pub async fn write_to(customer: String, text: String) -> Result<()>;

/// Charges every month until the last, or until the customer cancels. Returns the months that were paid.
///
/// # Errors
/// [`dacapo::Error`] when the bank refuses three times.
#[workflow]
pub async fn subscribe(ctx: &WorkflowContext, subscription: Subscription) -> Result<u32> {
    let Subscription { customer, price, months } = subscription;
    for month in 0..months {
        ctx.set_custom_status(month)?;
        charge(customer.clone(), price).await?;
        if let Ok(reason) = CANCELLED.recv().timeout(MONTH).await {
            info!("{customer} leaves: {}", reason.text);
            write_to(customer, "Good bye!".into()).await?;
            return Ok(month + 1);
        }
    }
    write_to(customer, "Your subscription has ended.".into()).await?;
    Ok(months)
}

/// A year of it, and the card that the customer gets in the mail.
///
/// # Errors
/// As [`subscribe`].
#[workflow]
pub async fn gift(customer: String) -> Result<u32> {
    write_to(customer.clone(), "A gift for you!".into()).await?;
    Ok(subscribe(Subscription { customer, price: 900, months: 12 }).await?)
}

/// The history of a subscription that runs in production, without its customer's data, for a replay test.
///
/// # Errors
/// As [`Client`] says.
pub async fn export(client: &Client, instance_id: &str) -> Result<String> {
    let history: RecordedHistory = client.instance(instance_id).recorded_history().await?;
    Ok(history.redacted().to_json())
}
