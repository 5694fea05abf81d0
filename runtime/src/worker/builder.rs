//! What a worker runs, and with which limits.

use std::sync::Arc;
use std::time::Duration;

use dacapo_engine::Limits;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Worker;
use super::policy::ProblemPolicy;
use super::supervisor::{self, Shared};
use super::threads::WorkflowThreads;
use crate::closed::ClosedRegistry;
use crate::connection::Connection;
use crate::functions::{ActivityFn, WorkflowFn};
use crate::private::{LocalActivity, LocalWorkflow};
use crate::registry::{Registration, Registry};
use crate::runtime_error::RuntimeError;

/// What a worker runs, and with which limits. Made by [`Worker::builder`].
#[must_use = "a worker does nothing until `.start().await`"]
pub struct WorkerBuilder {
    connection: Connection,
    registry: Registry,
    pub(super) settings: Settings,
}

/// The limits of a worker.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) workflows_max: usize,
    pub(super) activities_max: usize,
    pub(super) workflow_threads: usize,
    pub(super) shutdown_grace: Duration,
    pub(super) on_problem: ProblemPolicy,
    pub(super) slow_turn: Duration,
    pub(super) warm_bytes_max: usize,
    pub(super) warm_idle_max: Duration,
    pub(super) limits: Limits,
    pub(super) pace: Pace,
}

/// The rhythm of the connection. The values are the protocol's (docs/protocol.md, "Connection").
#[derive(Clone, Debug)]
pub(super) struct Pace {
    pub(super) hello_every: Duration,
    pub(super) hello_timeout: Duration,
    pub(super) reconnect_first: Duration,
    pub(super) reconnect_max: Duration,
    /// How long a stream must have stood, after an outage, to be called back.
    pub(super) settled_after: Duration,
    pub(super) answer_timeout: Duration,
    pub(super) answer_pause: Duration,
    /// How long nothing must have come for a stream to be closed at shutdown.
    pub(super) quiet_before_close: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            workflows_max: 1000,
            activities_max: 1000,
            workflow_threads: std::thread::available_parallelism().map_or(1, usize::from),
            shutdown_grace: Duration::from_secs(10),
            on_problem: ProblemPolicy::Stall,
            slow_turn: Duration::from_secs(1),
            warm_bytes_max: 128 * 1024 * 1024,
            warm_idle_max: Duration::from_secs(3600),
            limits: Limits::default(),
            pace: Pace::default(),
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            hello_every: Duration::from_secs(30),
            hello_timeout: Duration::from_secs(5),
            reconnect_first: Duration::from_millis(500),
            reconnect_max: Duration::from_secs(15),
            settled_after: Duration::from_secs(1),
            answer_timeout: Duration::from_secs(30),
            answer_pause: Duration::from_millis(200),
            quiet_before_close: Duration::from_millis(100),
        }
    }
}

impl WorkerBuilder {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, registry: Registry::default(), settings: Settings::default() }
    }

    /// Adds an activity.
    pub fn activity<A, F>(mut self, _activity: F) -> Self
    where
        F: ActivityFn<A>,
        F::Marker: LocalActivity,
    {
        self.registry.add(Registration::activity::<F::Marker>());
        self
    }

    /// Adds a workflow.
    pub fn workflow<A, F>(mut self, _workflow: F) -> Self
    where
        F: WorkflowFn<A>,
        F::Marker: LocalWorkflow,
    {
        self.registry.add(Registration::workflow::<F::Marker>());
        self
    }

    /// Adds every workflow and activity that is linked into this program. Those of a library crate that nothing mentions
    /// are not linked; add them one by one.
    pub fn register_all(mut self) -> Self {
        self.registry.add_all();
        self
    }

    /// Adds the workflows and activities of a [`registry!`](crate::registry), which the compiler has checked.
    pub fn registry(mut self, registry: ClosedRegistry) -> Self {
        registry.registrations().for_each(|registration| self.registry.add(registration));
        self
    }

    /// Shares `state` with all activities that take a `State<T>`; a second value of the same type replaces the first.
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        self.registry.add_state(state);
        self
    }

    /// How many turns of workflows may be under way, from 1; 1000 unless set. Further ones wait in this process.
    pub fn max_concurrent_workflows(mut self, turns: usize) -> Self {
        self.settings.workflows_max = turns;
        self
    }

    /// How many activities may run at a time, from 1; 1000 unless set. Further ones wait in this process, and never keep
    /// workflows waiting.
    pub fn max_concurrent_activities(mut self, activities: usize) -> Self {
        self.settings.activities_max = activities;
        self
    }

    /// How many threads run workflow code, from 1; unless set as many as there are processors. An instance stays on one.
    pub fn workflow_threads(mut self, threads: usize) -> Self {
        self.settings.workflow_threads = threads;
        self
    }

    /// How long [`Worker::shutdown`] waits for running work; 10 seconds unless set. What is cut off runs again.
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.settings.shutdown_grace = grace;
        self
    }

    /// What becomes of an instance that today's code cannot go on with; it stalls unless set.
    pub fn on_problem(mut self, policy: ProblemPolicy) -> Self {
        self.settings.on_problem = policy;
        self
    }

    /// What becomes of an instance whose workflow code panics; it fails unless set. One that stalls goes on when mended code
    /// is deployed.
    pub fn on_panic(mut self, policy: ProblemPolicy) -> Self {
        self.registry.stall_on_panic(policy == ProblemPolicy::Stall);
        self
    }

    /// After how long a turn that still runs is reported in the log, with its workflow's name; 1 second unless set.
    pub fn slow_turn(mut self, after: Duration) -> Self {
        self.settings.slow_turn = after;
        self
    }

    /// How many bytes of suspended workflows are kept in memory between turns; 128 MiB unless set, 0 for none. What is
    /// not kept is replayed from its history.
    pub fn warm_bytes(mut self, bytes: usize) -> Self {
        self.settings.warm_bytes_max = bytes;
        self
    }

    /// How long a suspended workflow is kept in memory without a turn; 1 hour unless set.
    pub fn warm_idle(mut self, idle: Duration) -> Self {
        self.settings.warm_idle_max = idle;
        self
    }

    /// How many events the history of an execution may have; 1,000,000 unless set. Beyond any of the limits of an execution
    /// its code is not run: the instance stalls, or fails as [`on_problem`](Self::on_problem) says, with a text that names
    /// the limit.
    pub fn max_history_events(mut self, events: usize) -> Self {
        self.settings.limits.events_max = events;
        self
    }

    /// How many activities, children, timers and other actions an execution may have asked for that its history has not
    /// recorded yet, which is about how many it may begin in one turn; 100,000 unless set.
    pub fn max_unrecorded_actions(mut self, actions: usize) -> Self {
        self.settings.limits.actions_max = actions;
        self
    }

    /// How many external events may have arrived that no code of the execution has waited for; 100,000 unless set.
    pub fn max_buffered_events(mut self, events: usize) -> Self {
        self.settings.limits.buffered_events_max = events;
        self
    }

    /// How many bytes one input, result or custom status may have that a workflow hands over, as JSON; 64 MiB unless set.
    /// Sidecars have limits of their own, for whole messages.
    pub fn max_payload_bytes(mut self, bytes: usize) -> Self {
        self.settings.limits.payload_bytes_max = bytes;
        self
    }

    /// Checks what is registered and starts working. It does not wait for the sidecar: [`Worker::connected`] does.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::DuplicateRegistration`] when two functions have one name, [`RuntimeError::MissingState`] when an
    /// activity takes a state that was not given, [`RuntimeError::WorkerFailed`] when no thread can be started.
    pub async fn start(self) -> Result<Worker, RuntimeError> {
        self.registry.check()?;
        let registry = Arc::new(self.registry);
        let threads = WorkflowThreads::spawn(&registry, &self.settings).map_err(|error| {
            RuntimeError::WorkerFailed { message: format!("no thread for workflows: {error}") }
        })?;
        let shutdown = CancellationToken::new();
        let (connected_sender, connected) = watch::channel(false);
        let shared = Shared::new(
            self.connection,
            registry,
            threads,
            self.settings,
            shutdown.clone(),
            connected_sender,
        );
        let task = tokio::spawn(supervisor::run(Arc::new(shared)));
        Ok(Worker { shutdown, connected, task: Some(task) })
    }
}

impl std::fmt::Debug for WorkerBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerBuilder")
            .field("connection", &self.connection)
            .field("activities", &self.registry.activity_names().collect::<Vec<_>>())
            .field("workflows", &self.registry.workflow_names().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
