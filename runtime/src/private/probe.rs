//! Questions about types that the body of a workflow is asked while it compiles.
//!
//! Each question is a method. The one that refuses is inherent and asks for a bound that nothing has; it exists only for
//! types in question. For all others the method of the same name of a trait is found, which does nothing.

mod foreign;
mod shared;
mod unordered;

pub use foreign::{Foreign, ReplayValue, Value, ValueExt};
pub use shared::{ReplayStable, Shared, SharedExt, SharedState};
pub use unordered::{Iterated, IteratedExt, OrderedIteration, Unordered};

use crate::durable::Durable;

/// A value that a statement drops.
pub struct Dropped<T>(pub T);

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "[DC0311] a durable operation is dropped without being awaited",
    label = "nothing begins here",
    note = "await it; or begin it with `ctx.start(..)` and await the handle later, or never"
)]
pub trait MayBeDropped {}

impl<T: Durable> Dropped<T> {
    /// Refuses to drop a durable operation.
    pub fn dropped(self) -> T
    where
        T: MayBeDropped,
    {
        self.0
    }
}

/// What may be dropped.
pub trait DroppedExt {
    /// The type of the value.
    type Value;

    /// The value.
    fn dropped(self) -> Self::Value;
}

impl<T> DroppedExt for Dropped<T> {
    type Value = T;

    fn dropped(self) -> T {
        self.0
    }
}
