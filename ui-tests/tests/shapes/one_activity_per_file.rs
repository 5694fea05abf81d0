//! A module and the function in it may have one name, and the function is used under it from outside.
#![deny(warnings)]

mod notify {
    use dacapo::prelude::*;

    /// Says something.
    #[activity]
    pub async fn notify(message: String) -> Result<()> {
        info!("{message}");
        Ok(())
    }
}

mod order {
    use dacapo::prelude::*;

    use super::notify;

    /// Says it in time.
    #[workflow]
    pub async fn order(item: String) -> Result<()> {
        notify(item).await?;
        Ok(())
    }
}

pub use notify::notify;
pub use order::order;

use dacapo::Named as _;

fn main() {
    assert_eq!((notify.name(), order.name()), ("notify", "order"));
}
