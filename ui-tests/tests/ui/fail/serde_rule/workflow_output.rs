use dacapo::prelude::*;

struct Receipt {
    id: u64,
}

#[workflow]
async fn order(id: u64) -> Result<Receipt> { // ERROR
    Ok(Receipt { id })
}

fn main() {}
