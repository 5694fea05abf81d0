#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
}

#[workflow]
async fn process(order: Option<Order>) -> Result<u64> {
    Ok(order.map_or(0, |order| order.id))
}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.workflow(process)
}

fn main() {}
