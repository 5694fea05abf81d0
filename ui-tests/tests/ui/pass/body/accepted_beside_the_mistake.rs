#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    info!("{count}");
    #[accept(DC0212, reason = "a demonstration")]
    println!("{count}");
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
