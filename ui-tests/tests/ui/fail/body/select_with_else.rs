use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let paid = select! {
        paid = charge(1) => paid?,
        () = ctx.create_timer(Duration::from_secs(1)) => 0,
        else => 7, // ERROR
    };
    Ok(count + paid)
}

fn main() {}
