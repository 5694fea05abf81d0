use dacapo::prelude::*;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64, placed: SystemTime) -> Result<u64> {
    let path = PathBuf::from("orders.txt");
    let found = path.exists(); // ERROR
    let old = placed.elapsed().is_ok(); // ERROR
    let epoch = SystemTime::UNIX_EPOCH.elapsed().is_ok(); // ERROR
    let below = Path::new("orders").join("new").is_dir(); // ERROR
    info!("{}", found && old && epoch && below);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
