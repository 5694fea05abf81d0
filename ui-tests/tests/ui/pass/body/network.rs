#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

#[activity]
async fn fetch() -> Result<String> {
    let stream = std::net::TcpStream::connect("127.0.0.1:80")?;
    Ok(stream.peer_addr()?.to_string())
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let _greeting = fetch().await?;
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
