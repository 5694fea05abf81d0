#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[workflow]
async fn order() {}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.workflow(order)
}

fn main() {}
