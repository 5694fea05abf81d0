use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow(allow_macros(println))] // ERROR
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    println!("{count}"); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
