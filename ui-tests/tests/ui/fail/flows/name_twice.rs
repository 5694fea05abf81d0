
#[dacapo::flows]
mod orders {
    use dacapo::prelude::*;

    #[activity]
    pub(crate) async fn pay() {}

    #[activity(name = "pay")] // ERROR
    pub(crate) async fn pay_later() {}

    #[workflow(name = "order", version = "2")]
    pub(crate) async fn order_2() {}

    #[workflow(name = "order", version = "2")] // ERROR
    pub(crate) async fn order_3() {}
}

fn main() {}
