#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

mod reqwest {
    pub(super) async fn get(url: &str) -> String {
        url.to_owned()
    }
}

#[activity]
async fn fetch(url: String) -> String {
    reqwest::get(&url).await
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _page = fetch("https://example.com".to_owned()).await?;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
