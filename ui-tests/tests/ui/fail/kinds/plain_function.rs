use dacapo::prelude::*;

async fn charge() {}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.activity(charge) // ERROR
}

const USED: Duration = Duration::from_secs(1);

fn main() {}
