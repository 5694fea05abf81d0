#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
}

#[activity]
async fn charge(order: Order) -> u64 {
    order.id
}

#[workflow]
async fn process() -> Result<u64> {
    Ok(charge(Order { id: 1 }).await?)
}

fn main() {}
