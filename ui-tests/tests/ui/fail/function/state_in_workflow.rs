use dacapo::prelude::*;

struct Rates(Vec<u64>);

#[workflow]
async fn order(rates: State<Rates>, amount: u64) -> Result<u64> { // ERROR
    Ok(amount * rates.0[0])
}

fn main() {}
