use dacapo::prelude::*;

struct Seen;

static SEEN: Seen = Seen;

impl Seen {
    fn set(&self, _: &'static WorkflowContext) {}
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    SEEN.set(ctx); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
