#![deny(warnings)]
#![allow(dead_code)]

#[dacapo::flows]
mod orders {
    use dacapo::prelude::*;

    #[activity]
    pub(crate) async fn pay() {}

    #[activity(name = "later")]
    pub(crate) async fn pay_later() {}

    #[workflow(name = "order", version = "2")]
    pub(crate) async fn order_2() {}

    #[workflow(name = "order", version = "3", latest)]
    pub(crate) async fn order_3() {}
}
