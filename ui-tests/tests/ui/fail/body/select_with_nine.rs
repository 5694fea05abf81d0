use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let first = select! { // ERROR
        paid = charge(1) => paid?,
        paid = charge(2) => paid?,
        paid = charge(3) => paid?,
        paid = charge(4) => paid?,
        paid = charge(5) => paid?,
        paid = charge(6) => paid?,
        paid = charge(7) => paid?,
        paid = charge(8) => paid?,
        paid = charge(9) => paid?,
    };
    Ok(count + first + ctx.instance_id().len() as u64)
}

fn main() {}
