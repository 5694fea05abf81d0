#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

use std::path::{Path, PathBuf};

struct Lap(u64);

impl Lap {
    fn elapsed(self) -> u64 {
        self.0
    }

    fn exists(&self) -> bool {
        self.0 > 0
    }
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64, placed: Timestamp) -> Result<u64> {
    let path = PathBuf::from("orders.txt");
    let found = path.has_root();
    let old = placed < ctx.now();
    let below = Path::new("orders").join("new").is_absolute();
    let lap = Lap(1);
    #[accept(DC0321, reason = "only shown in the log")]
    let there = path.exists();
    info!("{} {}", found && old && below && there, lap.exists());
    let laps = lap.elapsed();
    info!("{laps}");
    Ok(count + ctx.instance_id().len() as u64)
}
