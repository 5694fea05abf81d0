#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

const LIMIT: u64 = 7;
const NAMES: [&str; 2] = ["a", "b"];
const EMPTY: Vec<u64> = Vec::new();
static GREETING: &str = "hello";

mod limits {
    pub(super) static MIN: u64 = 1;
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let number = LIMIT.max(count) + limits::MIN + u64::MAX.leading_zeros() as u64;
    let mut all = EMPTY;
    all.push(number);
    info!("{GREETING} {} {}", NAMES.len(), NAMES[0]);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
