#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
}

#[activity]
async fn charge(times: u64, order: Order, note: String) -> u64 {
    order.id * times + note.len() as u64
}

fn main() {}
