use dacapo::prelude::*;

struct Archive;

impl Archive {
    fn open(&self) -> Option<std::fs::File> {
        None
    }

    fn begun(&self) -> std::time::SystemTime {
        std::time::UNIX_EPOCH
    }
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let file = Archive.open(); // ERROR
    let begun = Archive.begun(); // ERROR
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
