//! Attributes may stand in the output of other macros.
#![deny(warnings)]

use dacapo::prelude::*;

macro_rules! chargers {
    ($($name:ident($argument:ident: $ty:ty) -> $output:ty $body:block)*) => {
        $(
            #[activity]
            async fn $name($argument: $ty) -> $output $body
        )*
    };
}

macro_rules! flow {
    ($name:ident, $activity:ident, $wire:literal, $argument:expr) => {
        #[workflow(name = $wire)]
        async fn $name() -> Result<u64> {
            let charged = $activity($argument).await?;
            Ok(charged)
        }
    };
}

chargers! {
    charge(amount: u64) -> u64 { amount }
    twice(amount: u64) -> Result<u64> { Ok(amount * 2) }
}

flow!(order, charge, "Order", 1 + 1);
flow!(double_order, twice, "DoubleOrder", 2);

fn main() {
    assert_eq!((order.name(), double_order.name()), ("Order", "DoubleOrder"));
}
