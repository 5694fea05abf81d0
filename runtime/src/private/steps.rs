//! The durable steps of workflows and helpers, as the attributes found them.

mod callee;
mod fingerprint;
mod text;

pub use callee::{CalledFn, Callee, Declared, EventUse, callee, event_use};
pub use fingerprint::check_lock;
pub(crate) use text::{Text, is_same, is_same_without_case};

/// What a body awaits and starts: in its shape `#n` is the n-th call and `@n` the n-th event.
#[derive(Clone, Copy, Debug)]
pub struct Skeleton {
    pub(crate) package: Option<&'static str>,
    pub(crate) name: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) shape: &'static str,
    pub(crate) calls: &'static [&'static str],
    pub(crate) events: &'static [&'static str],
    /// What the compiler knows of the calls and events, where it was asked to.
    pub(crate) known: Option<Known>,
}

/// The calls and events of a body by their types.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) callees: &'static [Callee],
    pub(crate) events: &'static [EventUse],
}

impl Skeleton {
    /// What can be told from the spelling of a function.
    pub const fn new(
        package: Option<&'static str>,
        name: &'static str,
        signature: &'static str,
        shape: &'static str,
        calls: &'static [&'static str],
        events: &'static [&'static str],
    ) -> Self {
        Self { package, name, signature, shape, calls, events, known: None }
    }

    /// What can be told from the types in it.
    pub const fn closed(mut self, callees: &'static [Callee], events: &'static [EventUse]) -> Self {
        self.known = Some(Known { callees, events });
        self
    }
}

/// The steps of a `#[durable]` function, for the calls of it.
pub trait HelperSteps {
    /// The steps.
    const SKELETON: &'static Skeleton;
}

/// What `#[durable]` leaves behind for lock files.
pub struct HelperRegistration(pub(crate) &'static Skeleton);

impl HelperRegistration {
    /// The registration of a helper.
    pub const fn of<S: HelperSteps>() -> Self {
        Self(S::SKELETON)
    }
}

inventory::collect!(HelperRegistration);

/// Puts a helper among those that lock files hold.
#[doc(hidden)]
#[macro_export]
macro_rules! __register_helper {
    ($steps:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::HelperRegistration::of::<$steps>() }
    };
}
