#![deny(warnings)]
#![allow(dead_code)]

#[dacapo::flows]
mod orders {
    use dacapo::prelude::*;

    #[activity]
    async fn draw() -> u64 {
        7
    }

    #[workflow]
    pub(crate) async fn order(count: u64) -> Result<u64> {
        Ok(count * draw().await?)
    }
}
