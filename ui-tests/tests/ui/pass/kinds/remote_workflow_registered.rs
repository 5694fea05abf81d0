#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow(app = "billing")]
async fn invoice(order: u64) -> Result<u64>;

#[workflow]
async fn order(number: u64) -> Result<u64> {
    Ok(invoice(number).await?)
}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.workflow(order)
}

fn main() {}
