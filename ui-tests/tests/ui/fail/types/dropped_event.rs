use dacapo::prelude::*;

const APPROVAL: Event<bool> = Event::new("approval");

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    APPROVAL.recv(); // ERROR
    let _ = APPROVAL.recv().timeout(Duration::from_secs(60)); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
