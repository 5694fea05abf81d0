use dacapo::prelude::*;

#[activity(app = "risk")]
async fn score(customer: u64) -> f64;

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.activity(score) // ERROR
}

fn main() {}
