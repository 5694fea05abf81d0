use dacapo::prelude::*;

#[workflow]
#[accept(DC0212, reason = "a demonstration")] // ERROR
async fn order(count: u64) -> Result<u64> {
    Ok(count)
}

fn main() {}
