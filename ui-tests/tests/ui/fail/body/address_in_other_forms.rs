use dacapo::prelude::*;

use std::rc::Rc;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let shared = Rc::new(count);
    info!(target: "orders", "{:#018p}", &count); // ERROR
    let text = format!("{shared:p}"); // ERROR
    let raw = &raw const count; // ERROR
    let other = std::ptr::addr_of!(count); // ERROR
    let inner = Rc::as_ptr(&shared); // ERROR
    info!("{text} {} {} {}", raw.is_null(), other.is_null(), inner.is_null());
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
