#![deny(warnings)]
#![allow(dead_code)]

use dacapo::prelude::*;

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

#[workflow(strict)]
async fn order(count: Option<u64>) -> u64 {
    count.map(prices::total).unwrap_or_default() + prices::total(1)
}
