use dacapo::prelude::*;
use std::cell::Cell;

thread_local! {
    static SEEN: Cell<u64> = const { Cell::new(0) };
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let seen = SEEN.with(Cell::get); // ERROR
    Ok(count + seen + ctx.instance_id().len() as u64)
}

fn main() {}
