//! Questions about types that the body of a workflow is asked while it compiles.
//!
//! Each question is a method. The one that refuses is inherent and asks for a bound that nothing has; it exists only for
//! types in question. For all others the method of the same name of a trait is found, which does nothing.

mod foreign;
mod shared;
mod touching;
mod unordered;

pub use foreign::{Foreign, ReplayValue, Value, ValueExt};
pub use shared::{Lent, ReplayStable, Shared, SharedExt, SharedState};
pub use touching::{Touched, TouchedExt, Touching, Untouched};
pub use unordered::{Iterated, IteratedExt, OrderedIteration, Unordered};

use crate::durable::Durable;

/// What an opt-out covers when that is one thing: then it must be refused, or the opt-out silences nothing.
pub enum Alone {}

/// What an opt-out covers when that are several things, some of which may be fine.
pub enum Several {}

/// Whether an opt-out may cover what is not refused.
#[diagnostic::on_unimplemented(
    message = "[DC0224] this opt-out silences nothing: by its type, what it covers is not refused",
    label = "remove the opt-out",
    note = "an opt-out without effect would silently cover a mistake made there later"
)]
pub trait Silences {}

impl Silences for Several {}

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
