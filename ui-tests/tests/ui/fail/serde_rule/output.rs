use dacapo::prelude::*;

struct Receipt {
    id: u64,
}

#[activity]
async fn charge(id: u64) -> Result<Receipt> { // ERROR
    Ok(Receipt { id })
}

#[workflow]
async fn process() -> Result<u64> {
    Ok(charge(1).await?.id)
}

fn main() {}
