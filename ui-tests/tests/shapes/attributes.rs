//! Conditions hold for everything generated; levels and docs go where they belong.
#![deny(warnings)]

use dacapo::prelude::*;

#[activity]
#[cfg(any())]
async fn charge(amount: NoSuchType) -> u64 {
    amount
}

#[activity]
#[cfg(not(target_pointer_width = "16"))]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
#[deprecated = "use `order`"]
async fn old_order() {}

#[workflow]
#[expect(unused_variables, reason = "the body is checked under the user's levels")]
async fn order(amount: u64) -> Result<u64> {
    let unused = 7;
    #[allow(deprecated)]
    old_order().await?;
    Ok(charge(1).await?)
}

#[durable]
#[allow(unused_variables)]
async fn settle(amount: u64) {
    let unused = 7;
}

#[workflow]
async fn inner_attributes(ctx: &WorkflowContext) {
    #![allow(unused_variables)]
    let unused = ctx.now();
    settle(7).await;
}

fn main() {}
