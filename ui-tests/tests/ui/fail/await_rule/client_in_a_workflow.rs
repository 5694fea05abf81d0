use dacapo::prelude::*;

fn client() -> Client {
    Client::new(&Connection::to("http://127.0.0.1:50001").expect("it is an address"))
}

#[workflow]
async fn other(count: u64) -> Result<u64> {
    Ok(count)
}

#[workflow]
async fn order(ctx: &WorkflowContext, count: u64) -> Result<u64> {
    let client = client();
    let run = client.schedule(other(count)).await?; // ERROR
    drop(run);
    Ok(count + ctx.instance_id().len() as u64)
}

fn main() {}
