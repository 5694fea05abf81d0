use dacapo::prelude::*;

fn in_background(work: impl FnOnce() + Send) {
    std::thread::scope(|threads| {
        threads.spawn(work);
    });
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    in_background(|| info!("{}", ctx.now())); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
