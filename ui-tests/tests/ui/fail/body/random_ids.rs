use dacapo::prelude::*;

mod uuid {
    pub struct Uuid;

    impl Uuid {
        pub fn new_v4() -> Self {
            Self
        }

        pub fn now_v7() -> Self {
            Self
        }
    }
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _id = uuid::Uuid::new_v4(); // ERROR
    let _other = Some(count).map(|_| uuid::Uuid::now_v7()); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
