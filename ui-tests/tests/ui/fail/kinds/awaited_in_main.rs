use dacapo::prelude::*;

#[workflow]
async fn order() -> Result<u64> {
    Ok(7)
}

async fn run() -> Result<()> {
    let paid = order().await?; // ERROR
    info!("{paid}");
    Ok(())
}

fn main() {}
