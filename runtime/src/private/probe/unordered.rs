//! Iteration whose order is another one in each process.

use std::collections::{HashMap, HashSet, hash_map, hash_set};

use super::Silences;

/// Something that is iterated.
pub struct Iterated<T>(pub T);

/// A hash table, or what iterates over one.
pub trait Unordered {}

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "[DC0312] the order of `{Self}` is another one in each process, so a replay could go another way",
    label = "iterated here, in a workflow",
    note = "use `BTreeMap` or `BTreeSet`, or sort first: `BTreeMap::from_iter(map)`"
)]
pub trait OrderedIteration {}

impl<T: Unordered> Iterated<T> {
    /// Refuses to iterate.
    pub fn ordered(self) -> T
    where
        T: OrderedIteration,
    {
        self.0
    }

    /// Iterates all the same: the user answers for it.
    pub fn accepted<N>(self) -> T {
        self.0
    }
}

/// What has an order.
pub trait IteratedExt {
    /// The type of what is iterated.
    type Value;

    /// What is iterated.
    fn ordered(self) -> Self::Value;

    /// What is iterated, under an opt-out.
    fn accepted<N: Silences>(self) -> Self::Value;
}

impl<T> IteratedExt for Iterated<T> {
    type Value = T;

    fn ordered(self) -> T {
        self.0
    }

    fn accepted<N: Silences>(self) -> T {
        self.0
    }
}

macro_rules! unordered {
    ($([$($parameter:tt)*] $ty:ty),* $(,)?) => { $(impl<$($parameter)*> Unordered for $ty {})* };
}

unordered! {
    [K, V, S] HashMap<K, V, S>,
    [T, S] HashSet<T, S>,
    [T: Unordered + ?Sized] &T,
    [T: Unordered + ?Sized] &mut T,
    [K, V] hash_map::Iter<'_, K, V>,
    [K, V] hash_map::IterMut<'_, K, V>,
    [K, V] hash_map::IntoIter<K, V>,
    [K, V] hash_map::Keys<'_, K, V>,
    [K, V] hash_map::Values<'_, K, V>,
    [K, V] hash_map::ValuesMut<'_, K, V>,
    [K, V] hash_map::IntoKeys<K, V>,
    [K, V] hash_map::IntoValues<K, V>,
    [K, V] hash_map::Drain<'_, K, V>,
    [T] hash_set::Iter<'_, T>,
    [T] hash_set::IntoIter<T>,
    [T] hash_set::Drain<'_, T>,
    [T, S] hash_set::Union<'_, T, S>,
    [T, S] hash_set::Intersection<'_, T, S>,
    [T, S] hash_set::Difference<'_, T, S>,
    [T, S] hash_set::SymmetricDifference<'_, T, S>,
}
