#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    #[accept(DC0201, reason = "only shown in the log")]
    let _now = std::time::SystemTime::now();
    if count
        > #[accept(DC0206, reason = "a tool for one machine")]
        u64::from(std::process::id())
    {
        #[accept(DC0212, reason = "a tool for one machine")]
        println!("{count}");
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
