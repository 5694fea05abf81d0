//! An instance with the types of its workflow.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use dacapo_engine::FailureDetails;
use serde::Serialize;

use super::instance::{Instance, Purge};
use super::run_error::RunError;
use super::state::{InstanceState, Status};
use super::wait::{self, Until};
use crate::Event;
use crate::Failure;
use crate::failure::CallKind;
use crate::functions::Workflow;
use crate::runtime_error::RuntimeError;

/// One instance of the workflow `M`: what [`Client::schedule`](crate::Client::schedule) returns. Cheap to clone.
///
/// Its result and its failure have the types that the workflow's function declares.
///
/// ```no_run
/// # use dacapo::prelude::*;
/// # #[workflow]
/// # async fn greet(name: String) -> Result<String> { Ok(name) }
/// # async fn example(client: Client) -> Result<()> {
/// let run = client.schedule(greet("Ada".to_owned())).await?;
/// println!("{} is {}", run.id(), run.status().await?.status);
/// let greeting: String = run.result().await?;
/// # Ok(()) }
/// ```
pub struct Run<M> {
    instance: Instance,
    workflow: PhantomData<fn() -> M>,
}

impl<M: Workflow> Run<M> {
    pub(super) fn new(instance: Instance) -> Self {
        Self { instance, workflow: PhantomData }
    }

    /// The instance's id.
    pub fn id(&self) -> &str {
        self.instance.id()
    }

    /// The same instance without the workflow's types, for calls that do not need them.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// Waits until the workflow has ended and returns its result. Lost connections are made again meanwhile, for as
    /// long as it takes.
    ///
    /// # Errors
    ///
    /// [`RunError::Failed`] with the workflow's own error, [`RunError::Terminated`], [`RunError::Stalled`] when the
    /// deployed code cannot go on with it, [`RunError::Undecodable`] when it returned something else than `M` declares.
    pub async fn result(&self) -> Result<M::Output, RunError<M::Error>> {
        let state = wait::wait(&self.instance, Until::Ended, None).await?;
        outcome_of::<M>(self.id(), state)
    }

    /// As [`result`](Self::result), for at most `within`.
    ///
    /// # Errors
    ///
    /// As [`result`](Self::result); when time is up, [`RunError::Runtime`] with [`RuntimeError::TimedOut`].
    pub async fn result_within(&self, within: Duration) -> Result<M::Output, RunError<M::Error>> {
        let state = self.instance.wait_for_completion(within).await?;
        outcome_of::<M>(self.id(), state)
    }

    /// The instance as it is now.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::NotFound`] when there is none.
    pub async fn status(&self) -> Result<InstanceState, RuntimeError> {
        self.instance.get().await
    }

    /// As [`Instance::wait_for_start`].
    ///
    /// # Errors
    ///
    /// As [`Instance::wait_for_start`].
    pub async fn wait_for_start(&self, within: Duration) -> Result<InstanceState, RuntimeError> {
        self.instance.wait_for_start(within).await
    }

    /// As [`Instance::raise`].
    ///
    /// # Errors
    ///
    /// As [`Instance::raise`].
    pub async fn raise<T: Serialize>(&self, event: Event<T>, payload: T) -> Result<(), RuntimeError> {
        self.instance.raise(event, payload).await
    }

    /// As [`Instance::suspend`].
    ///
    /// # Errors
    ///
    /// As [`Instance::suspend`].
    pub async fn suspend(&self, reason: &str) -> Result<(), RuntimeError> {
        self.instance.suspend(reason).await
    }

    /// As [`Instance::resume`].
    ///
    /// # Errors
    ///
    /// As [`Instance::resume`].
    pub async fn resume(&self, reason: &str) -> Result<(), RuntimeError> {
        self.instance.resume(reason).await
    }

    /// As [`Instance::terminate`].
    ///
    /// # Errors
    ///
    /// As [`Instance::terminate`].
    pub async fn terminate(&self, output: impl Serialize) -> Result<(), RuntimeError> {
        self.instance.terminate(output).await
    }

    /// As [`Instance::purge`].
    ///
    /// # Errors
    ///
    /// As [`Instance::purge`].
    pub async fn purge(&self, purge: Purge) -> Result<u32, RuntimeError> {
        self.instance.purge(purge).await
    }
}

/// The outcome of an instance of `M` that has ended.
pub(crate) fn outcome_of<M: Workflow>(
    instance_id: &str,
    state: InstanceState,
) -> Result<M::Output, RunError<M::Error>> {
    match state.status {
        Status::Completed => {
            (M::OUTPUT.decode)(state.output.as_deref()).map_err(|error| RunError::Undecodable {
                instance_id: instance_id.to_owned(),
                text: state.output.unwrap_or_default(),
                reason: error.to_string(),
            })
        }
        Status::Failed => {
            let details = state.failure.unwrap_or_else(without_details);
            Err(RunError::Failed(Failure::new(CallKind::Workflow, M::NAME, details, M::decode_error)))
        }
        _ => Err(RunError::Terminated { instance_id: instance_id.to_owned(), output: state.output }),
    }
}

/// The contract allows a failure without details.
fn without_details() -> FailureDetails {
    FailureDetails::new("Unknown", "the sidecar recorded no reason")
}

impl<M> Clone for Run<M> {
    fn clone(&self) -> Self {
        Self { instance: self.instance.clone(), workflow: PhantomData }
    }
}

impl<M: Workflow> fmt::Debug for Run<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("workflow", &M::NAME).field("id", &self.id()).finish()
    }
}
