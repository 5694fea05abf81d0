//! External events, typed at both ends.

use core::fmt;
use core::future::Future;
use core::time::Duration;

use serde::Serialize;

use crate::context::WorkflowContext;
use crate::durable::Durable;
use crate::payload::{self, Payload};
use crate::runtime_error::RuntimeError;

/// An external event: a name and the type of its payload, declared once and checked where it is raised and where it
/// is received.
///
/// Names are compared without case, as Dapr does. A payload is JSON; an absent one reads as `null`.
///
/// ```
/// use dacapo::prelude::*;
///
/// const MANAGER_APPROVAL: Event<bool> = Event::new("manager_approval");
///
/// #[workflow]
/// async fn wait_for_manager() -> Result<bool> {
///     match MANAGER_APPROVAL.recv().timeout(Duration::from_secs(200)).await {
///         Ok(approved) => Ok(approved),
///         Err(EventError::Elapsed) => Ok(false),
///         Err(undecodable) => Err(undecodable.into()),
///     }
/// }
/// ```
pub struct Event<T> {
    name: &'static str,
    decode: fn(Option<&str>) -> Result<T, serde_json::Error>,
}

impl<T: Payload> Event<T> {
    /// The event called `name`.
    pub const fn new(name: &'static str) -> Self {
        Self { name, decode: payload::decode }
    }
}

impl<T> Event<T> {
    /// The name, as it was given.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The next event of this name that nobody has taken: one that is already there, or the next to come.
    pub fn recv(&self) -> Recv<T> {
        Recv { event: *self }
    }
}

impl<T: Serialize> Event<T> {
    /// The payload as it travels.
    pub(crate) fn encode(&self, payload: &T) -> Result<Option<String>, RuntimeError> {
        payload::encode_result(payload).map_err(|error| RuntimeError::Payload {
            what: format!("the payload of event `{}`", self.name),
            reason: error.to_string(),
        })
    }
}

impl<T> Clone for Event<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Event<T> {}

impl<T> fmt::Debug for Event<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event `{}`", self.name)
    }
}

/// Why an event was not received.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// It did not come in time.
    #[error("the event did not come in time")]
    Elapsed,
    /// It came with a payload of another type. The event is gone; the text is what was raised.
    #[error("event `{name}` came with a payload that is no `{expected}`: {error}; its text was: {text}")]
    Undecodable {
        /// The name of the event.
        name: &'static str,
        /// The type that was expected.
        expected: &'static str,
        /// What is wrong with the text.
        error: String,
        /// The payload as it was raised; empty when there was none.
        text: String,
    },
}

/// The wait for an event, made by [`Event::recv`].
#[must_use = "the wait begins when it is awaited; add `.await`"]
pub struct Recv<T> {
    event: Event<T>,
}

impl<T> Recv<T> {
    /// Gives up after `duration` with [`EventError::Elapsed`]. With zero only an event that is already there is
    /// taken.
    pub fn timeout(self, duration: Duration) -> RecvTimeout<T> {
        RecvTimeout { event: self.event, duration }
    }
}

/// The wait for an event with a time limit.
#[must_use = "the wait begins when it is awaited; add `.await`"]
pub struct RecvTimeout<T> {
    event: Event<T>,
    duration: Duration,
}

#[diagnostic::do_not_recommend]
impl<T> Durable for Recv<T> {
    type Output = Result<T, EventError>;

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Output> {
        receive(ctx, self.event, None)
    }
}

#[diagnostic::do_not_recommend]
impl<T> Durable for RecvTimeout<T> {
    type Output = Result<T, EventError>;

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = Self::Output> {
        receive(ctx, self.event, Some(self.duration))
    }
}

async fn receive<T>(
    ctx: &WorkflowContext,
    event: Event<T>,
    limit: Option<Duration>,
) -> Result<T, EventError> {
    let text = ctx.engine().event(event.name, limit).await.map_err(|_| EventError::Elapsed)?;
    (event.decode)(text.as_deref()).map_err(|error| EventError::Undecodable {
        name: event.name,
        expected: core::any::type_name::<T>(),
        error: error.to_string(),
        text: text.unwrap_or_default(),
    })
}
