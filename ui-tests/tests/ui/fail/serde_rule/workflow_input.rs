use dacapo::prelude::*;

struct Order {
    id: u64,
}

#[workflow]
async fn process(order: Option<Order>) -> Result<u64> { // ERROR
    Ok(order.map_or(0, |order| order.id))
}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.workflow(process)
}

fn main() {}
