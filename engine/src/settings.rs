//! What the owner of an execution decides.

use alloc::{rc::Rc, string::String};
use core::any::Any;

/// What the owner of an execution decides.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The instance id of the work item. History may name another one: a rerun copies its source's.
    pub instance_id: Option<String>,
    /// How much is too much.
    pub limits: Limits,
    /// What comes along with every turn beside the history, for the layer above; see
    /// [`Context::attachment`](crate::Context::attachment). It has to be the same in every turn of an execution.
    pub attachment: Option<Rc<dyn Any>>,
    /// The fault that the engine is to have.
    #[cfg(feature = "faults")]
    pub fault: Option<crate::Fault>,
}

/// How much of everything one execution may have; more ends the turn with a
/// [`Problem::LimitExceeded`](crate::Problem::LimitExceeded).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Events of a history. The default is 1,000,000.
    pub events_max: usize,
    /// Actions that history has not confirmed yet. The default is 100,000.
    pub actions_max: usize,
    /// External events that nobody has waited for yet. The default is 100,000.
    pub buffered_events_max: usize,
    /// Bytes of one input, result or custom status that the workflow hands over. The default is 64 MiB.
    pub payload_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            events_max: 1_000_000,
            actions_max: 100_000,
            buffered_events_max: 100_000,
            payload_bytes_max: 64 << 20,
        }
    }
}
