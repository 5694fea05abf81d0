#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn list() -> Result<bool> {
    Ok(std::process::Command::new("ls").status()?.success())
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _listed = list().await?;
    if count > 7 {
        return Err(Error::msg("too many"));
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
