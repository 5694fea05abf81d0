#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn charge() {}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.activity(charge)
}

fn main() {}
