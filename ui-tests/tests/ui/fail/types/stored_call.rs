use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[durable]
async fn helper(amount: &u64) -> u64 {
    *amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _paid = charge(1); // ERROR
    let _timer = ctx.create_timer(Duration::from_secs(1)); // ERROR
    let _helped = helper(&count); // ERROR
    let _both = (charge(2), charge(3)); // ERROR
    let _all: Vec<_> = vec![charge(4)]; // ERROR
    let _block = async { charge(5).await }; // ERROR
    if count > 1 {
        let _inner = charge(6).retry(RetryPolicy::new(3)); // ERROR
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
