//! What travels as JSON. The field names are those of Dapr's quickstart; the spellings of its five languages are read.

use std::convert::Infallible;
use std::time::Duration;

use dacapo::prelude::*;
use dacapo::{DescribeError, Error};

/// How long a manager has for an answer, unless the order says otherwise.
pub const APPROVAL_TIMEOUT: Duration = Duration::from_secs(200);

/// An order: the workflow's input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What is bought.
    #[serde(alias = "itemName", alias = "name")]
    pub item_name: String,
    /// The price of all pieces together, in USD.
    #[serde(alias = "totalCost")]
    pub total_cost: u64,
    /// How many pieces.
    pub quantity: u32,
    /// A shorter or longer time for the manager, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_timeout_ms: Option<u64>,
    /// For demonstrations: the step that shall fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<Fault>,
}

impl Order {
    /// How long to wait for the manager.
    pub fn approval_timeout(&self) -> Duration {
        self.approval_timeout_ms.map_or(APPROVAL_TIMEOUT, Duration::from_millis)
    }
}

/// A step that fails on request, to show what the workflow makes of it. It is a part of the order because a workflow
/// must decide the same on every replay, whatever the command line says then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The bank declines.
    Payment,
    /// The goods cannot be taken from stock, after they were paid.
    Inventory,
}

/// What became of an order: the workflow's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderResult {
    /// Whether the customer gets the goods.
    pub processed: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl OrderResult {
    /// The customer gets the goods.
    pub fn processed() -> Self {
        Self { processed: true, reason: None }
    }

    /// The customer gets nothing and pays nothing.
    pub fn rejected(reason: impl Into<String>) -> Self {
        Self { processed: false, reason: Some(reason.into()) }
    }
}

/// A question to the stock: is there enough?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryRequest {
    /// The order's id.
    pub request_id: String,
    /// What is wanted.
    pub item_name: String,
    /// How many pieces.
    pub quantity: u32,
}

impl InventoryRequest {
    /// The question that an order raises.
    pub fn new(id: &str, order: &Order) -> Self {
        Self { request_id: id.to_owned(), item_name: order.item_name.clone(), quantity: order.quantity }
    }
}

/// The answer to an [`InventoryRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryResult {
    /// Whether there is enough.
    pub success: bool,
    /// What is there, if the item is known.
    pub inventory_item: Option<InventoryItem>,
}

/// One item of the stock, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryItem {
    /// The item's name, which is also its key.
    pub item_name: String,
    /// The price of a piece, in USD.
    pub per_item_cost: u64,
    /// How many pieces are left.
    pub quantity: u32,
}

/// What is to be paid, and for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The order's id.
    pub request_id: String,
    /// What is bought.
    pub item_being_purchased: String,
    /// The price in USD.
    pub amount: u64,
    /// How many pieces.
    pub quantity: u32,
    /// For demonstrations: the step that shall fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<Fault>,
}

impl Payment {
    /// The payment of an order.
    pub fn new(id: &str, order: &Order) -> Self {
        Self {
            request_id: id.to_owned(),
            item_being_purchased: order.item_name.clone(),
            amount: order.total_cost,
            quantity: order.quantity,
            fail: order.fail,
        }
    }
}

/// An entry in the books: money that was taken or given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The order's id.
    pub request_id: String,
    /// The amount in USD.
    pub amount: u64,
}

/// Why an order could not be carried out. Its type is serde, so whoever waits for the order gets the value back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum OrderError {
    /// The bank refused the payment.
    #[error("the bank declined the payment of {amount} USD")]
    PaymentDeclined {
        /// The amount in USD.
        amount: u64,
    },
    /// Somebody else was faster.
    #[error("insufficient inventory for {item_name}: {left} left")]
    OutOfStock {
        /// The item.
        item_name: String,
        /// How many pieces are left.
        left: u32,
    },
    /// The state store did not do what it was asked.
    #[error("the state store failed: {0}")]
    Store(String),
    /// Anything else, as a text.
    #[error("{0}")]
    Other(String),
}

/// A declined card stays declined, and an empty shelf stays empty: no retry helps.
impl DescribeError for OrderError {
    fn is_non_retriable(&self) -> bool {
        matches!(self, Self::PaymentDeclined { .. } | Self::OutOfStock { .. })
    }
}

/// A failed activity fails the order: with the error that it returned, or with the text of a panic.
impl<E: Into<Self>> From<Failure<E>> for OrderError {
    fn from(failure: Failure<E>) -> Self {
        let text = failure.to_string();
        failure.into_error().map_or(Self::Other(text), Into::into)
    }
}

impl From<EventError> for OrderError {
    fn from(error: EventError) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<Error> for OrderError {
    fn from(error: Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<Infallible> for OrderError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(json: &str) -> Order {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_order_is_written_with_the_quickstart_s_names_and_nothing_else() {
        let order = Order {
            item_name: "cars".into(),
            total_cost: 150_000,
            quantity: 10,
            approval_timeout_ms: None,
            fail: None,
        };
        let json = r#"{"item_name":"cars","total_cost":150000,"quantity":10}"#;
        assert_eq!(serde_json::to_string(&order).unwrap(), json);
        assert_eq!(read(json), order);
        assert_eq!(read(r#"{"itemName":"cars","totalCost":150000,"quantity":10}"#), order);
        assert_eq!(read(r#"{"name":"cars","totalCost":150000,"quantity":10}"#), order);
    }

    #[test]
    fn a_processed_order_has_the_quickstart_s_result() {
        assert_eq!(serde_json::to_string(&OrderResult::processed()).unwrap(), r#"{"processed":true}"#);
        assert_eq!(
            serde_json::from_str::<OrderResult>(r#"{"processed":false}"#).unwrap(),
            OrderResult { processed: false, reason: None }
        );
    }
}
