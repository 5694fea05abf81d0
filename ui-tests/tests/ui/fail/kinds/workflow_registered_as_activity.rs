use dacapo::prelude::*;

#[workflow]
async fn order() {}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.activity(order) // ERROR
}

fn main() {}
