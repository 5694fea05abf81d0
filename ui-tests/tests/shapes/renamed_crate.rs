//! The crate may have another name, as a dependency `workflows = { package = "dacapo" }` has.
#![deny(warnings)]

extern crate dacapo as workflows;

mod orders {
    use workflows::{State, WorkflowContext, activity, durable, workflow};

    #[activity(crate = "::workflows", retry(max_attempts = 2))]
    pub async fn charge(rate: State<u64>, amount: u64) -> u64 {
        amount * *rate
    }

    #[workflow(crate = ::workflows)]
    pub async fn order(ctx: &WorkflowContext, amount: u64) -> workflows::Result<u64> {
        let charged = async { charge(amount).await }.await?;
        Ok(charged + settle().await + ctx.instance_id().len() as u64)
    }

    #[durable(crate = "::workflows")]
    async fn settle() -> u64 {
        7
    }
}

fn main() {
    let _ = (orders::charge(1), orders::order(1));
}
