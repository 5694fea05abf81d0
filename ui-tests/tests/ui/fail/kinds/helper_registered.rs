use dacapo::prelude::*;

#[durable]
async fn settle(amount: u64) -> u64 {
    amount
}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.workflow(settle) // ERROR
}

fn main() {}
