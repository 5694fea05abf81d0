use dacapo::prelude::*;

mod reqwest {
    pub(super) async fn get(url: &str) -> String {
        url.to_owned()
    }
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let page = reqwest::get("https://example.com").await; // ERROR
    drop(page);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
