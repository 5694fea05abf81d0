use dacapo::prelude::*;

#[workflow]
async fn order(amount: u64) -> Result<u64> {
    Ok(amount)
}

async fn run(client: Client) -> Result<()> {
    client.schedule(order(1).tag("region", "eu")).await?; // ERROR
    Ok(())
}

fn main() {}
