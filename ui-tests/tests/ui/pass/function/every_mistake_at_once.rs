#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow(name = "order", version = "2")]
async fn order(ctx: &WorkflowContext, lines: Vec<u64>, pair: (u8, u8)) -> Result<u64> {
    let (a, b) = pair;
    info!("{a} {b}");
    let today = ctx.now();
    let _ = today;
    Ok(lines[0])
}

#[workflow]
async fn parent() -> Result<u64> {
    Ok(order(vec![1], (1, 2)).await?)
}

fn main() {}
