//! Starting workflow instances and talking to them, from outside of workflows.

mod history;
mod instance;
mod list;
mod recorded;
mod refusal;
mod rerun;
mod rpc;
mod run;
mod run_error;
mod state;
mod trace;
mod wait;

use std::time::Duration;

use dacapo_engine::Target;
use dacapo_proto::{encode, pb};
use tracing::Instrument as _;

pub(crate) use self::history::entry_of;
pub use self::history::{HistoryEntry, HistoryEvent};
pub(crate) use self::instance::check_id;
pub use self::instance::{Instance, Purge};
pub use self::list::InstanceIds;
pub use self::recorded::{RecordedHistory, UnreadableHistory};
pub(crate) use self::refusal::{is_too_large, is_unknown_call};
pub use self::rerun::Rerun;
pub(crate) use self::rpc::Rpc;
pub use self::run::Run;
#[cfg(feature = "testing")]
pub(crate) use self::run::outcome_of;
pub use self::run_error::RunError;
pub use self::state::{InstanceState, Status};

use self::refusal::About;
use crate::call::{Schedule, ScheduleRequest};
use crate::connection::{Connection, Release, TaskHub};
use crate::functions::{Workflow, WorkflowFn};
use crate::private::BoxFuture;
use crate::runtime_error::RuntimeError;

/// Starts workflows and talks to their instances. Cheap to clone.
///
/// ```no_run
/// use dacapo::prelude::*;
///
/// #[workflow]
/// async fn greet(name: String) -> Result<String> {
///     Ok(format!("Hello, {name}!"))
/// }
///
/// # async fn example() -> Result<()> {
/// let client = Client::new(&Connection::from_env().await?);
/// let run = client.schedule(greet("Ada".to_owned()).id("greeting-1")).await?;
/// assert_eq!(run.result().await?, "Hello, Ada!");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    rpc: Rpc,
    trace: Option<pb::TraceContext>,
}

impl Client {
    /// A client of the sidecar at `connection`.
    pub fn new(connection: &Connection) -> Self {
        Self { rpc: Rpc::new(connection.clone()), trace: None }
    }

    /// The same client with another limit for each of its calls; 60 seconds unless set. Waiting for an instance has
    /// deadlines of its own.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { rpc: self.rpc.deadline(deadline), ..self }
    }

    /// The same client inside a trace: the sidecar's spans of the instances that it starts have this W3C `traceparent` as
    /// their parent. One that is invalid or not sampled is left out, as `None` is. Needs Dapr 1.17. With the feature `otel`
    /// the current span is the parent by itself, and this is for traces from elsewhere.
    ///
    /// An activity hands its own on:
    ///
    /// ```
    /// # use dacapo::prelude::*;
    /// # #[workflow] async fn invoice(order: u32) -> Result<()> { Ok(()) }
    /// #[activity]
    /// async fn bill(ctx: &ActivityContext, client: State<Client>, order: u32) -> Result<()> {
    ///     let client = Client::clone(&client).in_trace(ctx.trace_parent(), ctx.trace_state());
    ///     client.schedule(invoice(order)).await?;
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn in_trace(self, trace_parent: Option<&str>, trace_state: Option<&str>) -> Self {
        Self { trace: trace_parent.and_then(|parent| trace::parent(parent, trace_state)), ..self }
    }

    /// Starts an instance of a workflow and returns when its first turn has run; with a start time, at once.
    ///
    /// Without an id a random one is made. With the id of an instance that has ended, that instance is replaced, unless
    /// the call is [unique](crate::WorkflowCall::unique).
    ///
    /// # Errors
    ///
    /// [`RuntimeError::AlreadyExists`] when an instance with this id has not ended (for a
    /// [unique](crate::WorkflowCall::unique) one: when there is any), [`RuntimeError::TimedOut`] when
    /// no worker took the first turn in time (the instance may exist), [`RuntimeError::InvalidInstanceId`],
    /// [`RuntimeError::Payload`] when the arguments have no JSON form, [`RuntimeError::Unreachable`] without a sidecar.
    // The workflow is a parameter and the future is boxed: so the compiler refuses what is no workflow once, and not
    // again where it is awaited.
    pub fn schedule<C: Schedule<Workflow = W>, W: Workflow>(
        &self,
        call: C,
    ) -> BoxFuture<'_, Result<Run<W>, RuntimeError>> {
        let request = call.into_request().map_err(|error| RuntimeError::Payload {
            what: format!("the arguments of workflow `{}`", W::NAME),
            reason: error.to_string(),
        });
        Box::pin(async move { self.start(request?).await.map(Run::new) })
    }

    /// The instance of a workflow that exists already, with the workflow's types.
    ///
    /// ```no_run
    /// # use dacapo::prelude::*;
    /// # #[workflow]
    /// # async fn greet(name: String) -> Result<String> { Ok(name) }
    /// # async fn example(client: Client) -> Result<()> {
    /// let greeting: String = client.run(greet, "greeting-1").result().await?;
    /// # Ok(()) }
    /// ```
    pub fn run<A, F: WorkflowFn<A>>(&self, _workflow: F, instance_id: impl Into<String>) -> Run<F::Marker> {
        Run::new(self.instance(instance_id))
    }

    /// An instance of any workflow, by its id. Nothing is sent.
    pub fn instance(&self, instance_id: impl Into<String>) -> Instance {
        Instance::new(self.rpc.clone(), instance_id.into(), None)
    }

    /// The ids of all instances of this app, in pages of 1024.
    ///
    /// ```no_run
    /// # async fn example(client: dacapo::Client) -> dacapo::Result<()> {
    /// let mut ids = client.list();
    /// while let Some(id) = ids.next().await? {
    ///     println!("{id}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> InstanceIds {
        InstanceIds::new(self.rpc.clone())
    }

    async fn start(&self, request: ScheduleRequest) -> Result<Instance, RuntimeError> {
        let id = request.id.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        check_id(&id)?;
        let target = self.remote(request.target).await?;
        let instance = Instance::new(self.rpc.clone(), id, target);
        if request.is_unique {
            self.must_be_new(&instance).await?;
        }
        let span = trace::span(request.name, instance.id());
        let message = pb::CreateInstanceRequest {
            instance_id: instance.id().to_owned(),
            name: request.name.to_owned(),
            input: request.input,
            scheduled_start_timestamp: request.start_at.map(|time| encode::timestamp(time.0)),
            router: instance.router(),
            parent_trace_context: self.trace.clone().or_else(|| trace::of(&span)),
            enforce_unique_instance_id: request.is_unique,
            ..Default::default()
        };
        let about = About::start(instance.id(), request.name);
        let send = |mut hub: TaskHub, request| async move { hub.start_instance(request).await };
        self.rpc.unary(&about, message, send).instrument(span).await?;
        Ok(instance)
    }

    /// Fails when there is an instance, whatever became of it.
    async fn must_be_new(&self, instance: &Instance) -> Result<(), RuntimeError> {
        match instance.get().await {
            Ok(state) => Err(RuntimeError::AlreadyExists {
                instance_id: instance.id().to_owned(),
                message: format!("it is {}, and the id was to be unique", state.status),
            }),
            Err(RuntimeError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The app to address, when it is not the sidecar's own. Sidecars that cannot route requests of clients would
    /// act on their own app instead, so they are asked for their release first.
    async fn remote(&self, target: Option<Target>) -> Result<Option<Target>, RuntimeError> {
        let Some(target) = target else { return Ok(None) };
        let unsupported = || {
            let call = format!("scheduling a workflow of another app, `{}`", target.app);
            RuntimeError::Unsupported { call }
        };
        let metadata = match self.rpc.metadata().await {
            Err(RuntimeError::Unsupported { .. }) => return Err(unsupported()),
            metadata => metadata?,
        };
        match metadata.id == target.app && target.namespace.is_none() {
            true => Ok(None),
            false if Release::parse(&metadata.runtime_version).routes_clients() => Ok(Some(target)),
            false => Err(unsupported()),
        }
    }
}
