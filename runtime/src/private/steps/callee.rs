//! What a function name stands for when its result is awaited.

use super::Skeleton;
use crate::durable::Durable;
use crate::event::Event;
use crate::functions::each_arity;

/// What is called.
#[derive(Clone, Copy, Debug)]
pub enum Callee {
    /// An activity, by its name in histories.
    Activity {
        /// The name.
        name: &'static str,
        /// What its options say.
        declared: Declared,
    },
    /// A child workflow, by its name in histories.
    Workflow {
        /// The name.
        name: &'static str,
        /// What its options say.
        declared: Declared,
    },
    /// A `#[durable]` function.
    Helper(&'static Skeleton),
    /// Something durable without a name.
    Other,
}

/// What the options of an attribute say of an activity or workflow.
#[derive(Clone, Copy, Debug)]
pub struct Declared {
    pub(crate) app: Option<&'static str>,
    pub(crate) retry: &'static str,
}

impl Declared {
    /// The app that runs it, and a text that changes with its retry policy.
    pub const fn new(app: Option<&'static str>, retry: &'static str) -> Self {
        Self { app, retry }
    }
}

/// A function whose result is durable.
#[diagnostic::on_unimplemented(
    message = "[DC0301] the result of `{Self}` cannot be awaited in a workflow",
    label = "a closed or locked workflow awaits this"
)]
pub trait CalledFn<A> {
    /// What it calls.
    const CALLEE: Callee;
}

macro_rules! called {
    ($($arg:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<F, C: Durable, $($arg),*> CalledFn<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> C,
        {
            const CALLEE: Callee = C::CALLEE;
        }
    };
}

each_arity!(called);

/// What a function calls.
pub const fn callee<A, F: CalledFn<A>>(_: &F) -> Callee {
    F::CALLEE
}

/// An event that a body receives.
#[derive(Clone, Copy, Debug)]
pub struct EventUse {
    pub(crate) name: &'static str,
    pub(crate) payload: fn() -> &'static str,
}

/// The use of an event.
pub const fn event_use<T>(event: &Event<T>) -> EventUse {
    EventUse { name: event.name(), payload: core::any::type_name::<T> }
}
