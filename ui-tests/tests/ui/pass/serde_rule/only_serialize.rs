#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
}

#[workflow]
async fn order(order: Order) -> u64 {
    order.id
}

fn main() {}
