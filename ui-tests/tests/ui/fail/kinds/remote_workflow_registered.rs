use dacapo::prelude::*;

#[workflow(app = "billing")]
async fn invoice(order: u64) -> Result<u64>;

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.workflow(invoice) // ERROR
}

fn main() {}
