use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    select! { paid = charge(1) => paid? }; // ERROR
    let more = select! { // not awaited
        paid = charge(1) => paid?,
        () = ctx.create_timer(Duration::from_secs(1)), if count > 7 => 0, // ERROR
    };
    let _ = more;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
