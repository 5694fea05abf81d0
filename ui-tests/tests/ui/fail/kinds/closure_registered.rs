use dacapo::prelude::*;

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.activity(|amount: u64| amount) // ERROR
}

const PATIENCE: Duration = Duration::from_secs(1);

fn main() {}
