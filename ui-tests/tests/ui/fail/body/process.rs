use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let listed = std::process::Command::new("ls").status(); // ERROR
    drop(listed);
    if count > 7 {
        std::process::exit(1); // ERROR
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
