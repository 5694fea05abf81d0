#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;
use std::fs;

#[activity]
async fn read(path: String) -> Result<String> {
    Ok(fs::read_to_string(path)?)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _text = read("orders.csv".to_owned()).await?;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
