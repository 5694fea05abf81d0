//! The workflow: what is done with an order, in which order, and what happens when a step fails.

use dacapo::prelude::*;

use crate::activities::{
    notify, process_payment, refund, request_approval, update_inventory, verify_inventory,
};
use crate::approval::Approval;
use crate::models::{InventoryRequest, Order, OrderError, OrderResult, Payment};

/// Orders above this price, in USD, need a manager's approval.
pub const APPROVAL_LIMIT: u64 = 50_000;

/// The manager's answer: name and payload of the event, declared once and checked at both ends.
pub const MANAGER_APPROVAL: Event<Approval> = Event::new("manager_approval");

/// Carries out an order: checks the stock, asks a manager when it is expensive, takes the money, then the goods.
#[workflow]
pub async fn order_processing(ctx: &WorkflowContext, order: Order) -> Result<OrderResult, OrderError> {
    let id = ctx.instance_id();
    let Order { item_name, quantity, total_cost, .. } = &order;
    info!("order {id} begins");
    notify(format!("Received order {id} for {quantity} {item_name} - ${total_cost}")).await?;

    if !verify_inventory(InventoryRequest::new(id, &order)).await?.success {
        return reject(format!("Insufficient inventory for {item_name}")).await;
    }

    if *total_cost > APPROVAL_LIMIT {
        request_approval(order.clone()).await?;
        match MANAGER_APPROVAL.recv().timeout(order.approval_timeout()).await {
            Ok(answer) if answer.approved => {
                notify(format!("Payment for order {id} has been approved!")).await?
            }
            Ok(_) => return reject(format!("Payment for order {id} has been rejected!")).await,
            Err(EventError::Elapsed) => {
                return reject(format!("Payment for order {id} has been cancelled due to timeout!")).await;
            }
            Err(undecodable) => return Err(undecodable.into()),
        }
    }

    process_payment(Payment::new(id, &order)).await?;

    if let Err(failure) = update_inventory(Payment::new(id, &order)).await {
        info!("order {id} gives the money back: {failure}");
        refund(Payment::new(id, &order)).await?;
        return reject(format!("Order {id} failed! You are now getting a refund")).await;
    }

    notify(format!("Order {id} has completed!")).await?;
    info!("order {id} ends");
    Ok(OrderResult::processed())
}

/// Tells the customer why there will be nothing.
#[durable]
async fn reject(reason: String) -> Result<OrderResult, OrderError> {
    notify(reason.clone()).await?;
    Ok(OrderResult::rejected(reason))
}
