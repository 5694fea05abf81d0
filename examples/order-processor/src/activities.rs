//! The steps with side effects. Each may run more than once, after a crash or a lost answer, so those that take money
//! or goods do it under a key that is the same each time: the id of the task's execution.

use dacapo::prelude::*;

use crate::models::{Fault, InventoryRequest, InventoryResult, Order, OrderError, Payment, Receipt};
use crate::shop::Shop;

/// Tells the customer.
#[activity]
pub async fn notify(shop: State<Shop>, message: String) -> Result<()> {
    shop.say(format_args!("NotifyActivity: {message}"));
    Ok(())
}

/// Looks whether there is enough.
#[activity(retry(max_attempts = 5, first_interval = "200ms", backoff = 2.0))]
pub async fn verify_inventory(
    shop: State<Shop>,
    request: InventoryRequest,
) -> Result<InventoryResult, OrderError> {
    let InventoryRequest { request_id, item_name, quantity } = request;
    shop.say(format_args!(
        "VerifyInventoryActivity: Verifying inventory for order {request_id} of {quantity} {item_name}"
    ));
    let Some(item) = shop.stock.item(&item_name).await? else {
        return Ok(InventoryResult { success: false, inventory_item: None });
    };
    shop.say(format_args!(
        "VerifyInventoryActivity: There are {} {item_name} available for purchase",
        item.quantity
    ));
    Ok(InventoryResult { success: item.quantity >= quantity, inventory_item: Some(item) })
}

/// Asks the manager, who answers with the event `manager_approval`.
#[activity]
pub async fn request_approval(shop: State<Shop>, order: Order) -> Result<()> {
    let Order { item_name, total_cost, quantity, .. } = order;
    shop.say(format_args!(
        "RequestApprovalActivity: Requesting approval for payment of {total_cost}USD for {quantity} {item_name}"
    ));
    Ok(())
}

/// Takes the money, once.
#[activity(retry(max_attempts = 5, first_interval = "200ms", backoff = 2.0))]
pub async fn process_payment(
    ctx: &ActivityContext,
    shop: State<Shop>,
    payment: Payment,
) -> Result<Receipt, OrderError> {
    let Payment { request_id, item_being_purchased, amount, quantity, fail } = payment;
    shop.say(format_args!(
        "ProcessPaymentActivity: {request_id} for {quantity} - {item_being_purchased} ({amount}USD)"
    ));
    if fail == Some(Fault::Payment) {
        return Err(OrderError::PaymentDeclined { amount });
    }
    shop.stock.book_once(&key("payment", ctx), Receipt { request_id, amount }).await
}

/// Takes the goods off the shelf, once.
#[activity(retry(max_attempts = 5, first_interval = "200ms", backoff = 2.0))]
pub async fn update_inventory(
    ctx: &ActivityContext,
    shop: State<Shop>,
    payment: Payment,
) -> Result<InventoryResult, OrderError> {
    let Payment { request_id, item_being_purchased: item_name, quantity, fail, .. } = payment;
    shop.say(format_args!(
        "UpdateInventoryActivity: Checking Inventory for order {request_id} for {quantity} * {item_name}"
    ));
    if fail == Some(Fault::Inventory) {
        return Err(OrderError::OutOfStock { item_name, left: 0 });
    }
    let item = shop.stock.take_once(&key("stock", ctx), &item_name, quantity).await?;
    shop.say(format_args!(
        "UpdateInventoryActivity: There are now {} {item_name} left in stock",
        item.quantity
    ));
    Ok(InventoryResult { success: true, inventory_item: Some(item) })
}

/// Gives the money back, once.
#[activity(retry(max_attempts = 5, first_interval = "200ms", backoff = 2.0))]
pub async fn refund(
    ctx: &ActivityContext,
    shop: State<Shop>,
    payment: Payment,
) -> Result<Receipt, OrderError> {
    let Payment { request_id, amount, .. } = payment;
    shop.say(format_args!("RefundActivity: Refunding {amount}USD for order {request_id}"));
    shop.stock.book_once(&key("refund", ctx), Receipt { request_id, amount }).await
}

/// The key under which a side effect is recorded: the same for every attempt and every repetition of the same call.
fn key(effect: &str, ctx: &ActivityContext) -> String {
    match ctx.task_execution_id() {
        // Dapr before 1.16 has no such id. Each of these activities is called once in an order.
        "" => format!("{effect}-{}", ctx.instance_id()),
        id => format!("{effect}-{id}"),
    }
}
