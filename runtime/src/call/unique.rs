//! A workflow that is scheduled under an id which no instance ever had.

use super::options::{target, target_in};
use super::workflow::{Schedule, ScheduleRequest, StartCall, WorkflowCall};
use crate::functions::Workflow;
use crate::timestamp::Timestamp;

/// A workflow that a client schedules only under an id that no instance has, running or ended. Made by
/// [`WorkflowCall::unique`]; it cannot be awaited.
///
/// A call that is repeated because its answer was lost then never replaces what the first one did:
///
/// ```no_run
/// use dacapo::prelude::*;
/// use dacapo::RuntimeError;
/// # #[workflow]
/// # async fn pay(order: u32) -> Result<()> { Ok(()) }
///
/// # async fn example(client: Client, order: u32) -> Result<()> {
/// let id = format!("payment-{order}");
/// let run = match client.schedule(pay(order).id(&id).unique()).await {
///     Err(RuntimeError::AlreadyExists { .. }) => client.run(pay, &id),
///     scheduled => scheduled?,
/// };
/// # Ok(()) }
/// ```
#[must_use = "nothing starts until this is given to a client"]
pub struct UniqueCall<M: Workflow> {
    call: WorkflowCall<M>,
    start_at: Option<Timestamp>,
}

impl<M: Workflow> UniqueCall<M> {
    /// Gives the instance this id.
    pub fn id(mut self, instance_id: impl Into<String>) -> Self {
        self.call.id = Some(instance_id.into());
        self
    }

    /// Runs the workflow in the app with this id.
    pub fn app(mut self, app_id: impl Into<String>) -> Self {
        self.call.target = Some(target(app_id));
        self
    }

    /// Runs the workflow in the app with this id in another namespace.
    pub fn app_in(mut self, namespace: impl Into<String>, app_id: impl Into<String>) -> Self {
        self.call.target = Some(target_in(namespace, app_id));
        self
    }

    /// Begins at `time`, or at once when that has passed.
    pub fn start_at(mut self, time: Timestamp) -> Self {
        self.start_at = Some(time);
        self
    }
}

impl<M: Workflow> WorkflowCall<M> {
    /// For a client: refuses an id that an instance has already, also one that has ended and would otherwise be replaced.
    ///
    /// The client asks for the id first, and newer sidecars check it once more while they create the instance. Dapr up to
    /// 1.18 does not: there two clients that schedule one id at the same moment may both succeed if the first instance
    /// ends in between.
    pub fn unique(self) -> UniqueCall<M> {
        UniqueCall { call: self, start_at: None }
    }
}

impl<M: Workflow> StartCall<M> {
    /// As [`WorkflowCall::unique`].
    pub fn unique(self) -> UniqueCall<M> {
        UniqueCall { call: self.call, start_at: Some(self.start_at) }
    }
}

#[diagnostic::do_not_recommend]
impl<M: Workflow> Schedule for UniqueCall<M> {
    type Workflow = M;

    fn into_request(self) -> Result<ScheduleRequest, serde_json::Error> {
        let request = self.call.into_request()?;
        Ok(ScheduleRequest { start_at: self.start_at, is_unique: true, ..request })
    }
}
