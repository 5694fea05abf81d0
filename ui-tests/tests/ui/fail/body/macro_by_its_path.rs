use dacapo::prelude::*;

mod shop {
    macro_rules! total {
        ($count:expr) => {
            $count * 2
        };
    }
    pub(crate) use total;
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let total = shop::total!(count); // ERROR
    Ok(total + ctx.instance_id().len() as u64)
}

fn main() {}
