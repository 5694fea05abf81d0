use dacapo::prelude::*;

#[workflow]
async fn order(amount: u64) -> Result<String> {
    Ok(amount.to_string())
}

async fn run(client: Client) -> Result<()> {
    let paid: u64 = client.schedule(order(1)).await?.result().await?; // ERROR
    drop(paid);
    Ok(())
}

fn main() {}
