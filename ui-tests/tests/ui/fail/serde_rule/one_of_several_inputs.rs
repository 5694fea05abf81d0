use dacapo::prelude::*;

#[derive(Serialize)]
struct Order {
    id: u64,
}

#[activity]
async fn charge(times: u64, order: Order, note: String) -> u64 { // ERROR
    order.id * times + note.len() as u64
}

fn main() {}
