use dacapo::prelude::*;

async fn charge() {}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.activity(charge) // ERROR
}

fn main() {}
