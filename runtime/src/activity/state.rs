//! State that the activities of a worker share.

use core::any::{Any, TypeId};
use core::fmt;
use core::ops::Deref;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::private::StateNeed;

/// Shared state of a worker, such as a connection pool: given once with
/// [`WorkerBuilder::state`](crate::worker::WorkerBuilder::state), taken by any activity as a parameter.
///
/// ```
/// use dacapo::prelude::*;
///
/// struct Bank { name: String }
///
/// #[activity]
/// async fn pay(bank: State<Bank>, amount: u64) -> String {
///     format!("{amount} paid by {}", bank.name)
/// }
/// ```
pub struct State<T>(Arc<T>);

impl<T> State<T> {
    /// The state, to be kept after the activity.
    pub fn into_inner(self) -> Arc<T> {
        self.0
    }
}

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One value of each type.
#[derive(Clone, Default)]
pub(crate) struct StateMap(BTreeMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl StateMap {
    pub(crate) fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(value));
    }

    pub(crate) fn take<T: Send + Sync + 'static>(&self) -> Option<State<T>> {
        let value = Arc::clone(self.0.get(&TypeId::of::<T>())?);
        value.downcast().ok().map(State)
    }

    /// The first of `needs` that is not here, by the name of its type.
    pub(crate) fn missing(&self, needs: &[StateNeed]) -> Option<&'static str> {
        needs.iter().find(|need| !self.0.contains_key(&(need.id)())).map(|need| (need.name)())
    }
}
