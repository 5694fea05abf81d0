#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

use std::rc::Rc;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let shared = Rc::new(count);
    info!(target: "orders", "{:#018x}", &count);
    let text = format!("{shared}");
    info!("{text} {{:p}}");
    Ok(count + ctx.instance_id().len() as u64)
}
