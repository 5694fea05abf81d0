use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    info!("receipt {}", charge(1).await?); // ERROR
    debug!(id = %ctx.new_uuid(), "an id of its own"); // ERROR
    if count > 1 {
        warn!("{}", if ctx.is_patched("double") { "two" } else { "one" }); // ERROR
    }
    debug_assert!(charge(2).await.is_ok()); // ERROR
    Ok(count)
}

fn main() {}
