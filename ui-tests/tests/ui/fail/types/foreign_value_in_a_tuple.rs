use dacapo::prelude::*;

fn connect() -> std::io::Result<(std::net::UdpSocket, u64)> {
    Err(std::io::ErrorKind::NotFound.into())
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let (socket, port) = connect()?; // ERROR
    Ok(count + port + ctx.instance_id().len() as u64)
}

fn main() {}
