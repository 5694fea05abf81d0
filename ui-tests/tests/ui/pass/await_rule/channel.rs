#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

const NEXT: Event<u64> = Event::new("next");

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let next = NEXT.recv().await?;
    Ok(next + count + ctx.instance_id().len() as u64)
}

fn main() {}
