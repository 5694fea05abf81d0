#![deny(warnings)]
#![allow(dead_code)]

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

#[workflow(strict, trust(rate))]
async fn order(count: u64) -> Result<u64> {
    let price = total(count) * rate();
    let later = charge(price);
    let both = (charge(1), charge(2)).await;
    let all = (0..count).map(charge).collect::<Vec<_>>().await;
    info!("{both:?} {}", all.len());
    Ok(later.await?)
}
