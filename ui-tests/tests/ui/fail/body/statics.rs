use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0); // ERROR
    thread_local! { // ERROR
        static SEEN: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
