//! Registries that the compiler checks.

mod check;

use crate::call::{ActivityCall, WorkflowCall};
use crate::functions::each_arity;
use crate::private::{LocalActivity, LocalWorkflow, Skeleton};
use crate::registry::Registration;

pub use check::{EventEntry, checked};

/// Activities, workflows and events that belong together, made by [`registry!`](crate::registry): everything that the
/// workflows call is in it, and no name stands for two things.
#[derive(Clone, Copy)]
pub struct ClosedRegistry {
    entries: &'static [RegistryEntry],
}

impl ClosedRegistry {
    /// What generated code makes of entries that [`checked`] has seen.
    #[doc(hidden)]
    pub const fn new(entries: &'static [RegistryEntry]) -> Self {
        Self { entries }
    }

    /// The names of all activities and workflows, in the order in which they are listed.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.name)
    }

    pub(crate) fn registrations(&self) -> impl Iterator<Item = Registration> {
        self.entries.iter().map(|entry| entry.registration)
    }
}

impl core::fmt::Debug for ClosedRegistry {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// One activity or workflow of a [`ClosedRegistry`].
#[derive(Clone, Copy)]
pub struct RegistryEntry {
    name: &'static str,
    version: Option<&'static str>,
    /// Of a workflow, what it calls.
    steps: Option<&'static Skeleton>,
    registration: Registration,
}

impl RegistryEntry {
    /// The entry of a function that is named by value.
    #[doc(hidden)]
    pub const fn of<A, F: Registered<A>>(_: &F) -> Self {
        F::ENTRY
    }
}

/// A function with a body, marked `#[activity]` or `#[workflow]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "[DC0307] `{Self}` cannot be registered",
    label = "expected a function marked `#[activity]` or `#[workflow]` whose body is in this program",
    note = "a plain function is marked first; one of another app is called and not registered"
)]
pub trait Registered<A> {
    /// Its entry.
    const ENTRY: RegistryEntry;
}

/// The call that such a function makes.
#[doc(hidden)]
pub trait RegisteredCall {
    /// The entry of what is called.
    const ENTRY: RegistryEntry;
}

impl<M: LocalActivity> RegisteredCall for ActivityCall<M> {
    const ENTRY: RegistryEntry = RegistryEntry {
        name: M::NAME,
        version: None,
        steps: None,
        registration: Registration::activity::<M>(),
    };
}

impl<M: LocalWorkflow> RegisteredCall for WorkflowCall<M> {
    const ENTRY: RegistryEntry = RegistryEntry {
        name: M::NAME,
        version: M::VERSION,
        steps: Some(M::SKELETON),
        registration: Registration::workflow::<M>(),
    };
}

macro_rules! registered {
    ($($arg:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<F, C: RegisteredCall, $($arg),*> Registered<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> C,
        {
            const ENTRY: RegistryEntry = C::ENTRY;
        }
    };
}

each_arity!(registered);

/// A registry that the compiler checks: the build fails when a workflow of it calls an activity or child workflow that is
/// not in it, when a name is in it twice, and when an event name stands for two payloads.
///
/// Its workflows are marked `#[workflow(closed)]`, or locked, so that their calls are known; activities of other apps are
/// called and need not be in it. The types of events are written out, for the compiler compares them as they are spelled.
///
/// ```
/// use dacapo::prelude::*;
///
/// const APPROVAL: Event<bool> = Event::new("approval");
///
/// #[activity]
/// async fn charge(amount: u64) -> Result<u64> { Ok(amount) }
///
/// #[workflow(closed)]
/// async fn order(amount: u64) -> Result<u64> {
///     if !APPROVAL.recv().await? { return Ok(0); }
///     Ok(charge(amount).await?)
/// }
///
/// dacapo::registry! {
///     /// Everything about orders.
///     pub ORDERS {
///         functions: [order, charge],
///         events: [APPROVAL: bool],
///     }
/// }
/// # async fn run() -> Result<()> {
/// let dapr = Connection::from_env().await?;
/// let worker = Worker::builder(&dapr).registry(ORDERS).start().await?;
/// # worker.shutdown().await?; Ok(()) }
/// ```
#[macro_export]
macro_rules! registry {
    (
        $(#[$attribute:meta])*
        $vis:vis $name:ident {
            functions: [$($function:path),* $(,)?]
            $(, events: [$($event:path : $payload:ty),* $(,)?])? $(,)?
        }
    ) => {
        $(#[$attribute])*
        $vis const $name: $crate::ClosedRegistry = {
            const ENTRIES: &[$crate::RegistryEntry] = &[$($crate::RegistryEntry::of(&$function)),*];
            const EVENTS: &[$crate::__private::EventEntry] = &[$($({
                const EVENT: $crate::Event<$payload> = $event;
                $crate::__private::EventEntry::new(EVENT.name(), ::core::stringify!($payload))
            }),*)?];
            $crate::__private::checked(ENTRIES, EVENTS);
            $crate::ClosedRegistry::new(ENTRIES)
        };
    };
}
