use dacapo::prelude::*;
use std::sync::mpsc::{Receiver, Sender};

fn channel() -> (Sender<u64>, Receiver<u64>) {
    std::sync::mpsc::channel()
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let (sender, receiver) = channel(); // ERROR // ERROR: both ends
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
