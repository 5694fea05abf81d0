#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

const APPROVAL: Event<bool> = Event::new("approval");

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _ = APPROVAL.recv().await?;
    let _ = APPROVAL.recv().timeout(Duration::from_secs(60)).await;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
