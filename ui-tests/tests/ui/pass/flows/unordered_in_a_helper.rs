#![deny(warnings)]
#![allow(dead_code)]

#[dacapo::flows]
mod orders {
    use dacapo::prelude::*;
    use std::collections::BTreeMap;

    #[workflow]
    pub(crate) async fn order(count: u64) -> u64 {
        price(count)
    }

    fn price(count: u64) -> u64 {
        count * rate()
    }

    fn rate() -> u64 {
        let rates = BTreeMap::from([(1, 2)]);
        rates.values().sum()
    }
}
