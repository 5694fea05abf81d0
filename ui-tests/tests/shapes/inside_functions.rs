//! Activities and workflows may be local to a function, as tests write them.
#![deny(warnings)]

use dacapo::prelude::*;

fn main() {
    #[derive(Serialize, Deserialize)]
    struct Local(u64);

    #[activity]
    async fn charge(amount: Local) -> u64 {
        amount.0
    }

    #[workflow]
    async fn order(amount: Local) -> Result<u64> {
        Ok(charge(amount).await? + settle().await)
    }

    #[durable]
    async fn settle() -> u64 {
        7
    }

    assert_eq!(charge.name(), "charge");
    assert_eq!(order.name(), "order");
}
