use dacapo::prelude::*;

#[activity]
async fn charge() {}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.workflow(charge) // ERROR
}

fn main() {}
