use dacapo::prelude::*;

#[workflow]
async fn order(count: u64) -> u64 {
    count
}

async fn start(client: Client) -> Result<()> {
    client.schedule(order(1).retry(RetryPolicy::new(3))).await?; // ERROR
    Ok(())
}

fn main() {}
