use dacapo::prelude::*;

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let stream = std::net::TcpStream::connect("127.0.0.1:80"); // ERROR
    drop(stream);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
