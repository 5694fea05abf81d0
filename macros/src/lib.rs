//! The attributes of Dacapo: [`macro@workflow`], [`macro@activity`] and [`macro@durable`].
//!
//! Use them through the crate `dacapo`, which exports them and which their expansions call. What they refuse, and
//! why, is in `docs/errors.md`, by code.

mod body;
mod catalogue;
mod check;
mod errors;
mod expand;
mod flows;
mod kind;
mod model;
mod parse;
mod render;
mod root;
mod spelling;
mod steps;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use kind::Kind;

/// Makes an async function an *activity*: the place for side effects, run at least once and recorded.
///
/// ```
/// # use dacapo::prelude::*;
/// # #[derive(Serialize, Deserialize)] struct Payment;
/// # #[derive(Serialize, Deserialize)] struct Receipt;
/// # #[derive(Debug, Serialize, Deserialize)] struct Declined;
/// # impl std::fmt::Display for Declined {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("declined") }
/// # }
/// # impl std::error::Error for Declined {}
/// # struct Bank;
/// # impl Bank { async fn charge(&self, _id: &str, _payment: Payment) -> Result<Receipt, Declined> { Ok(Receipt) } }
/// /// Charges the card.
/// #[activity(retry(max_attempts = 3, first_interval = "1s", backoff = 2.0))]
/// async fn process_payment(ctx: &ActivityContext, bank: State<Bank>, payment: Payment) -> Result<Receipt, Declined> {
///     bank.charge(ctx.task_execution_id(), payment).await
/// }
/// ```
/// `process_payment(payment)` is then a call, which a workflow awaits; `process_payment` itself names the activity
/// where it is registered, mocked or run by a test. The body stays as it is written.
///
/// # Parameters
/// First, if wanted, `&ActivityContext`; any number of `State<T>`, which the worker shares; up to eight inputs of owned
/// types that are `Serialize + DeserializeOwned`. The result is a value, a `Result` by type, or nothing.
///
/// # Options
/// - `name = ".."`: the name in histories and for other apps; without it, the function's identifier.
/// - `retry(max_attempts = 3, first_interval = "1s", backoff = 2.0, max_interval = "1m", timeout = "10m")`: how calls are
///   tried again that bring no policy of their own. Only `max_attempts` is needed; it counts the first attempt too.
/// - `app = ".."`: the app that runs it. A function without a body declares an activity of another app or language:
///   `async fn score(customer: u64) -> f64;`
/// - `crate = "::path"`: where the crate `dacapo` is, when it has another name.
#[proc_macro_attribute]
pub fn activity(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Kind::Activity, options.into(), item.into()).into()
}

/// Makes an async function a *workflow*: it survives every crash, because it is replayed over its history.
///
/// ```
/// # use dacapo::prelude::*;
/// # #[derive(Clone, Serialize, Deserialize)] struct Order;
/// # #[derive(Serialize, Deserialize)] struct Payment;
/// # impl Payment { fn new(_id: &str, _order: &Order) -> Self { Payment } }
/// # #[derive(Serialize, Deserialize)] struct Receipt;
/// # #[derive(Serialize, Deserialize)] struct OrderResult;
/// # impl OrderResult {
/// #     fn shipped(_receipt: Receipt, _by: String) -> Self { OrderResult }
/// #     fn late(_receipt: Receipt) -> Self { OrderResult }
/// # }
/// # #[activity] async fn process_payment(payment: Payment) -> Receipt { Receipt }
/// # #[activity] async fn ship(order: Order) -> String { String::new() }
/// # const DAY: Duration = Duration::from_secs(86_400);
/// #[workflow]
/// async fn order_processing(ctx: &WorkflowContext, order: Order) -> Result<OrderResult> {
///     let receipt = process_payment(Payment::new(ctx.instance_id(), &order)).await?;
///     select! {
///         shipped = ship(order) => Ok(OrderResult::shipped(receipt, shipped?)),
///         () = ctx.create_timer(DAY) => Ok(OrderResult::late(receipt)),
///     }
/// }
/// ```
/// Every `.await` of the body is recorded in the history, and nothing else can be awaited. What would not replay does
/// not compile: clocks, randomness, files, tasks and the like are refused by name, each with what to write instead.
/// `#[accept(DC0201, reason = "..")]` on a statement or expression opts out of one of these rules.
///
/// # Parameters
/// First, if wanted, `&WorkflowContext`; up to eight inputs of owned types that are `Serialize + DeserializeOwned`. The
/// result is a value, a `Result` by type, or nothing.
///
/// # Options
/// - `name = ".."`: the name in histories and for clients; without it, the function's identifier.
/// - `version = ".."`, `latest`: one of several versions of the name; new instances take the latest.
/// - `app = ".."`: the app that runs it. A function without a body declares a workflow of another app or language.
/// - `allow_macros(a, b::c)`: macros that you answer for, since their expansion cannot be seen.
/// - `strict`: every function that the body calls is marked `#[pure]`, or is one of the standard library's that compute;
///   `trust(a, b::c)` are functions that you answer for.
/// - `closed`: the compiler knows what the body calls, so that a `registry!` can hold the workflow. Generic helpers are
///   then called with their types written out.
/// - `locked = ".."`: as `closed`, and the build fails when the durable steps are no longer those of this fingerprint.
/// - `crate = "::path"`: where the crate `dacapo` is, when it has another name.
#[proc_macro_attribute]
pub fn workflow(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Kind::Workflow, options.into(), item.into()).into()
}

/// Makes an async function a *helper* of workflows: it runs inside the workflow that awaits it, and is checked like one.
///
/// ```
/// # use dacapo::prelude::*;
/// # struct Order { lines: Vec<String> }
/// # #[activity] async fn charge(line: String) {}
/// #[durable]
/// async fn settle(order: &Order) -> Result<()> {
///     for line in &order.lines {
///         charge(line.clone()).await?;
///     }
///     Ok(())
/// }
/// ```
/// A helper has no name in the history, so it may borrow and be generic. It may take `&WorkflowContext` first, which its
/// callers do not pass.
///
/// # Options
/// `allow_macros(..)`, `strict`, `trust(..)`, `closed` and `crate = ".."`, as of [`macro@workflow`].
#[proc_macro_attribute]
pub fn durable(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Kind::Durable, options.into(), item.into()).into()
}

/// Marks a plain function that strict workflows may call: it computes, and what it computes depends on its arguments.
///
/// ```
/// # use dacapo::prelude::*;
/// # use dacapo::pure;
/// # #[derive(Serialize, Deserialize)] struct Line { price: u64, count: u64 }
/// # #[derive(Serialize, Deserialize)] struct Order { lines: Vec<Line> }
/// # #[derive(Serialize, Deserialize)] struct Receipt;
/// # #[activity] async fn charge(cents: u64) -> Receipt { Receipt }
/// #[pure]
/// fn total(order: &Order) -> u64 {
///     order.lines.iter().map(|line| line.price * line.count).sum()
/// }
///
/// #[workflow(strict)]
/// async fn order(order: Order) -> Result<Receipt> {
///     Ok(charge(total(&order)).await?)
/// }
/// ```
/// The body is checked like one of a workflow and is always strict. A type of the function's name stands beside it, which
/// an import brings along; so the mark is found in other modules and crates, and a module of the same name cannot stand
/// in the same place.
///
/// # Options
/// `allow_macros(..)`, `trust(..)` and `crate = ".."`, as of [`macro@workflow`].
#[proc_macro_attribute]
pub fn pure(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::expand(Kind::Pure, options.into(), item.into()).into()
}

/// Follows plain helpers of an inline module from the workflows that reach them, and names the way.
///
/// ```
/// #[dacapo::flows]
/// mod orders {
///     # use dacapo::prelude::*;
///     #[workflow]
///     async fn order(amount: u64) -> u64 { price(amount) }
///
///     fn price(amount: u64) -> u64 { amount * rate() }
///
///     fn rate() -> u64 { 3 }
/// }
/// # fn main() {}
/// ```
/// A clock in `rate` is an error that ends with "reached from workflow order -> price -> rate".
///
/// Functions that an import renames are known by their own names, and a name that two functions or two events of the
/// module share is an error. Methods and functions of other modules are not followed.
#[proc_macro_attribute]
pub fn flows(options: TokenStream, item: TokenStream) -> TokenStream {
    flows::expand(options.into(), item.into()).into()
}
