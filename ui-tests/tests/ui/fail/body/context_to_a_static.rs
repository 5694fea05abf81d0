use dacapo::prelude::*;

use std::cell::Cell;

thread_local! {
    static CURRENT: Cell<Option<&'static WorkflowContext>> = const { Cell::new(None) };
}

fn keep(ctx: &'static WorkflowContext) {
    CURRENT.set(Some(ctx));
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    keep(ctx); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
