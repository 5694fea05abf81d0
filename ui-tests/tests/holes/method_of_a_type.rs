//! A method that does.

use dacapo::prelude::*;

#[derive(Serialize, Deserialize)]
struct Order {
    placed: std::time::SystemTime,
}

impl Order {
    fn age(&self) -> Duration {
        self.placed.elapsed().unwrap_or_default()
    }
}

#[workflow]
async fn order(order: Order) -> Result<u64> {
    Ok(order.age().as_secs())
}
