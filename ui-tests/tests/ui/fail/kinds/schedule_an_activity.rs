use dacapo::prelude::*;

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[activity(app = "risk")]
async fn score(customer: u64) -> f64;

async fn start(client: Client) -> Result<()> {
    client.schedule(charge(1)).await?; // ERROR
    client.schedule(score(1)).await?; // ERROR
    Ok(())
}

fn main() {}
