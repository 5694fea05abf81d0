use dacapo::prelude::*;

mod config {
    pub(super) static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(7);
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let next = config::NEXT.load(std::sync::atomic::Ordering::Relaxed); // ERROR
    Ok(count + next + ctx.instance_id().len() as u64)
}

fn main() {}
