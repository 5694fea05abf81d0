use dacapo::prelude::*;

#[derive(Serialize)]
struct Order {
    id: u64,
}

#[workflow]
async fn order(order: Order) -> u64 { // ERROR
    order.id
}

fn main() {}
