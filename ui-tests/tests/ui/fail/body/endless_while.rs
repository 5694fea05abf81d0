use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let mut sum = 0;
    #[allow(while_true)]
    while true { // ERROR
        sum += charge(count).await?;
        for _ in 0..sum {
            if sum > 7 {
                break;
            }
        }
        ctx.create_timer(Duration::from_secs(60)).await;
    }
    Ok(sum)
}

fn main() {}
