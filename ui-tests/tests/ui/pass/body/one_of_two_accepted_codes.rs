#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    #[accept(DC0201, reason = "only shown in the log")]
    let _now = std::time::SystemTime::now();
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
