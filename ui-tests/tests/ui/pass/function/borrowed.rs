#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn notify(message: String) -> Result<()> {
    info!("{message}");
    Ok(())
}

#[activity]
async fn label(boxes: Vec<String>) -> String {
    boxes[0].clone()
}

#[workflow]
async fn order(lines: Vec<u64>) -> Result<usize> {
    notify("paid".into()).await?;
    Ok(lines.len())
}

fn register(worker: dacapo::worker::WorkerBuilder) -> dacapo::worker::WorkerBuilder {
    worker.activity(notify).workflow(order)
}

fn main() {}
