use dacapo::prelude::*;

mod rand {
    pub fn random() -> u64 {
        4
    }
}

mod fastrand {
    pub fn bool() -> bool {
        true
    }
}

#[activity]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let number = rand::random(); // ERROR
    if fastrand::bool() { // ERROR
        charge(number).await?;
    }
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
