use dacapo::prelude::*;

#[allow(unused_macros)]
macro_rules! price {
    ($count:expr) => {
        $count * 2
    };
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    info!("{}", price!(count)); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
