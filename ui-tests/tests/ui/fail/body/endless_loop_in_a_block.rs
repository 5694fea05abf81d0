use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let work = async {
        loop { // ERROR
            charge(count).await?;
        }
        #[expect(unreachable_code)]
        Ok::<(), Error>(())
    };
    work.await?;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
