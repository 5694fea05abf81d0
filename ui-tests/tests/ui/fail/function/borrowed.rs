use dacapo::prelude::*;

#[activity]
async fn notify(message: &str) -> Result<()> { // ERROR
    info!("{message}");
    Ok(())
}

#[activity]
async fn label(boxes: Vec<&'static str>) -> &'static str { // ERROR // ERROR
    boxes[0]
}

#[workflow]
async fn order(lines: &[u64]) -> Result<usize> { // ERROR
    notify("paid").await?;
    Ok(lines.len())
}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.activity(notify).workflow(order)
}

fn main() {}
