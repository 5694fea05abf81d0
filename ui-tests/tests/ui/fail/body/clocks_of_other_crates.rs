use dacapo::prelude::*;

struct Utc;

impl Utc {
    fn now() -> Self {
        Self
    }
}

struct OffsetDateTime;

impl OffsetDateTime {
    fn now_utc() -> Self {
        Self
    }
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _today = Utc::now(); // ERROR
    let _moment = Some(count).map_or_else(OffsetDateTime::now_utc, |_| OffsetDateTime); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
