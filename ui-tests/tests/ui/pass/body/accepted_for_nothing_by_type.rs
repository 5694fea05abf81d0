#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

static LIMITS: [u64; 2] = [5, 7];

fn total() -> u64 {
    7
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let ordered = BTreeMap::from([(1, "a")]);
    let many = ordered.keys().count();
    let limit = LIMITS.len();
    let total = total();
    let by_name: HashMap<u64, u64> = HashMap::new();
    #[accept(DC0312, reason = "only counted")]
    let found = by_name.values().count() + ordered.values().count();
    let shared = Rc::new(total);
    info!("{} {} {}", many + limit, shared, found);
    Ok(count + ctx.instance_id().len() as u64)
}
