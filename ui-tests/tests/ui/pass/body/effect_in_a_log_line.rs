#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let receipt = charge(1).await?;
    info!("receipt {receipt} of {} at {}", ctx.instance_id(), ctx.now());
    let id = ctx.new_uuid();
    debug!(%id, "an id of its own");
    let is_double = ctx.is_patched("double");
    if count > 1 {
        warn!("{}", if is_double { "two" } else { "one" });
    }
    assert!(charge(2).await.is_ok());
    Ok(count)
}
