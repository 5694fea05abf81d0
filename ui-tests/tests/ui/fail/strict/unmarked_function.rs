use dacapo::prelude::*;
use prices::{rate, total};

mod prices {
    use dacapo::pure;

    #[pure]
    pub(crate) fn total(count: u64) -> u64 {
        std::cmp::max(1, doubled(count))
    }

    #[pure]
    const fn doubled(count: u64) -> u64 {
        count * 2
    }

    pub(crate) fn rate() -> u64 {
        7
    }
}

#[activity]
async fn charge(amount: u64) -> u64 {
    amount
}

#[workflow(strict)]
async fn order(count: u64) -> Result<u64> {
    let price = total(count) * rate(); // ERROR
    Ok(charge(price).await?)
}

fn main() {}
