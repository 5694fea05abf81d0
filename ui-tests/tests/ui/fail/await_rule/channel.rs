use dacapo::prelude::*;

fn inbox() -> tokio::sync::mpsc::Receiver<u64> {
    tokio::sync::mpsc::channel(1).1
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let mut inbox = inbox();
    let next = inbox.recv().await; // ERROR
    Ok(next.unwrap_or(count) + ctx.instance_id().len() as u64)
}

fn main() {}
