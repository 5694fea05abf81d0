//! The environment of a test.

use core::fmt;
use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dacapo_proto::{encode, pb};
use dacapo_sidecar::core::{Command, Reply, Time};
use serde::Serialize;
use tokio::sync;

use super::fault::Fault;
use super::logs::LogLine;
use super::mock::Mock;
use super::mockable::{MockBody, Mockable, MockedCall};
use super::pump::{Pump, Reach};
use super::run::{TestRun, refused};
use super::world::{EventReply, World};
use crate::call::{Schedule, ScheduleRequest};
use crate::client::InstanceState;
use crate::functions::{ActivityFn, WorkflowFn};
use crate::private::{BoxFuture, LocalActivity, LocalWorkflow};
use crate::registry::Registration;
use crate::runtime_error::RuntimeError;
use crate::{Event, Timestamp, Workflow};

/// How long an activity may run in real time.
const ACTIVITY_LIMIT: Duration = Duration::from_secs(5);

/// The environment variable that sets the seed of all tests.
const SEED_VARIABLE: &str = "DACAPO_TEST_SEED";

/// An environment for one test: a sidecar in memory, a worker, a clock that jumps, and mocks.
///
/// Nothing happens by itself: turns run, activities run and time passes while something of the environment is awaited.
/// Clones are the same environment.
///
/// What the kit finds wrong with the code under test (a turn that does not replay, a call without a mock, a wait without
/// end) is a panic, not an error: no workflow or test could handle it.
#[derive(Clone)]
pub struct TestEnv {
    pub(super) inner: Arc<Inner>,
}

/// What the clones of an environment share.
pub(super) struct Inner {
    world: Mutex<World>,
    pub(super) pump: sync::Mutex<Pump>,
    activity_limit: Mutex<Duration>,
}

impl Inner {
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn activity_limit(&self) -> Duration {
        *self.activity_limit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails the test.
    pub(super) fn fail(&self, fault: &Fault) -> ! {
        let seed = self.world().seed;
        fault.fail(seed)
    }
}

impl Default for TestEnv {
    fn default() -> Self {
        Self::new()
    }
}

/// Setting up.
impl TestEnv {
    /// An environment with all workflows and activities of the program. The seed is 0, or what the environment variable
    /// `DACAPO_TEST_SEED` says.
    pub fn new() -> Self {
        let mut world = World::new();
        let seed = std::env::var(SEED_VARIABLE).ok().and_then(|text| text.parse().ok());
        world.seed(seed.unwrap_or(0));
        let activity_limit = Mutex::new(ACTIVITY_LIMIT);
        Self {
            inner: Arc::new(Inner { world: Mutex::new(world), pump: sync::Mutex::default(), activity_limit }),
        }
    }

    /// Shares `state` with all activities that take a `State<T>`; a second value of the same type replaces the first.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(self, state: T) -> Self {
        self.world().add_state(state);
        self
    }

    /// Adds a workflow. With the first one that is added by name, nothing else of the program is known.
    #[must_use]
    pub fn workflow<A, F>(self, _workflow: F) -> Self
    where
        F: WorkflowFn<A>,
        F::Marker: LocalWorkflow,
    {
        self.world().register(|registry| registry.add(Registration::workflow::<F::Marker>()));
        self
    }

    /// Adds an activity. With the first one that is added by name, nothing else of the program is known.
    #[must_use]
    pub fn activity<A, F>(self, _activity: F) -> Self
    where
        F: ActivityFn<A>,
        F::Marker: LocalActivity,
    {
        self.world().register(|registry| registry.add(Registration::activity::<F::Marker>()));
        self
    }

    /// Adds all workflows and activities of the program, as [`new`](Self::new) does unless some are named.
    #[must_use]
    pub fn register_all(self) -> Self {
        self.world().register_everything();
        self
    }

    /// What the order is drawn by in which activities run and complete. The same seed gives the same run.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        self.world().seed(seed);
        self
    }

    /// How often each turn is run again from nothing and must ask for the same; 3 unless set, 0 for never. After thirty turns of
    /// an execution it is once.
    #[must_use]
    pub fn replays(self, replays: usize) -> Self {
        self.world().replays = replays;
        self
    }

    /// How long an activity may run in real time; 5 seconds unless set.
    #[must_use]
    pub fn activity_limit(self, limit: Duration) -> Self {
        *self.inner.activity_limit.lock().unwrap_or_else(PoisonError::into_inner) = limit;
        self
    }

    /// After how many steps a wait is taken for endless; 100,000 unless set.
    #[must_use]
    pub fn max_steps(self, steps: usize) -> Self {
        self.world().steps_max = steps;
        self
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.inner.world()
    }
}

/// Mocks.
impl TestEnv {
    /// Lets `body` answer the calls of an activity or workflow, of this app or another. It takes what the function takes, and
    /// returns what the function returns.
    ///
    /// ```standalone_crate
    /// # use dacapo::prelude::*;
    /// # use dacapo::testing::TestEnv;
    /// # #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)] struct Payment { amount: u64 }
    /// # #[activity] async fn process_payment(payment: Payment) -> Result<u64> { Ok(payment.amount) }
    /// let env = TestEnv::new();
    /// env.mock(process_payment, |payment: Payment| async move { Ok(payment.amount) }).fail_first(1);
    /// ```
    pub fn mock<A, F, H>(&self, _function: F, body: H) -> Mock<F::Call>
    where
        F: Mockable<A>,
        F::Call: 'static,
        H: MockBody<A, <F::Call as MockedCall>::Return>,
    {
        let (mock, rule) = Mock::new(body);
        self.world().mocks.add(rule);
        mock
    }

    /// The arguments of all calls of an activity or of a mocked workflow so far, in the order in which they ran, each as a
    /// tuple. Each attempt counts; what is delivered again after a crash does not.
    ///
    /// # Panics
    /// When a recorded input is none that the function could read.
    pub fn calls<A, F: Mockable<A>>(&self, _function: F) -> Vec<A> {
        let (kind, name) = (F::Call::KIND, F::Call::NAME);
        let world = self.world();
        let calls = world.calls.iter().filter(|(key, _)| key.kind == kind && key.name == name);
        let inputs: Vec<_> = calls.map(|(_, input)| input.clone()).collect();
        drop(world);
        inputs
            .into_iter()
            .map(|input| {
                (F::Call::ARGUMENTS.decode)(input.as_deref()).unwrap_or_else(|error| {
                    panic!("`{name}` was called with {input:?}, which it cannot read: {error}")
                })
            })
            .collect()
    }

    /// Answers every wait for `event` with what `payload` returns for the instance, once nothing else can happen; with `None`
    /// that wait is left alone.
    ///
    /// ```standalone_crate
    /// # use dacapo::prelude::*;
    /// # use dacapo::testing::TestEnv;
    /// # const APPROVAL: Event<bool> = Event::new("approval");
    /// # #[workflow] async fn ask() -> Result<bool> { Ok(APPROVAL.recv().await?) }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// let env = TestEnv::new();
    /// env.when_waiting(APPROVAL, |_instance| Some(true));
    /// assert!(env.schedule(ask()).await?.result().await?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Panics
    /// When a payload has no JSON form.
    pub fn when_waiting<T: Serialize + 'static>(
        &self,
        event: Event<T>,
        mut payload: impl FnMut(&str) -> Option<T> + Send + 'static,
    ) {
        let encoded = move |instance_id: &str| {
            payload(instance_id).map(|value| event.encode(&value).unwrap_or_else(|error| panic!("{error}")))
        };
        let reply = EventReply {
            event: event.name().to_owned(),
            payload: Box::new(encoded),
            answered: std::collections::BTreeSet::new(),
        };
        self.world().replies.push(reply);
    }
}

/// Running.
impl TestEnv {
    /// Starts an instance of a workflow and returns when its first turn has run, as
    /// [`Client::schedule`](crate::Client::schedule) does. Without an id it gets `test-1`, `test-2` and so on.
    ///
    /// # Errors
    /// [`RuntimeError::AlreadyExists`], [`RuntimeError::InvalidInstanceId`], [`RuntimeError::Payload`].
    ///
    /// # Panics
    /// With what the kit finds wrong with the code under test.
    // The workflow is a parameter and the future is boxed: so the compiler refuses what is no workflow once, and not
    // again where it is awaited.
    pub fn schedule<C: Schedule<Workflow = W>, W: Workflow>(
        &self,
        call: C,
    ) -> BoxFuture<'_, Result<TestRun<W>, RuntimeError>> {
        let request = call.into_request().map_err(|error| RuntimeError::Payload {
            what: format!("the arguments of workflow `{}`", W::NAME),
            reason: error.to_string(),
        });
        Box::pin(async move {
            let instance_id = self.start(request?).await?;
            Ok(TestRun::new(self.clone(), instance_id))
        })
    }

    async fn start(&self, request: ScheduleRequest) -> Result<String, RuntimeError> {
        let instance_id = request.id.unwrap_or_else(|| self.world().next_instance_id());
        crate::client::check_id(&instance_id)?;
        let message = pb::CreateInstanceRequest {
            instance_id: instance_id.clone(),
            name: request.name.to_owned(),
            input: request.input,
            scheduled_start_timestamp: request.start_at.map(|time| encode::timestamp(time.0)),
            ..Default::default()
        };
        self.call("StartInstance", &instance_id, Command::Start(message)).await?;
        Ok(instance_id)
    }

    /// The run of an instance that exists already, such as a child, with the workflow's types.
    pub fn run<A, F: WorkflowFn<A>>(
        &self,
        _workflow: F,
        instance_id: impl Into<String>,
    ) -> TestRun<F::Marker> {
        TestRun::new(self.clone(), instance_id.into())
    }

    /// An instance of any workflow as it is now; `None` when there is none.
    pub fn instance(&self, instance_id: &str) -> Option<InstanceState> {
        self.world().state(instance_id)
    }

    /// The virtual time. It begins with 2030.
    pub fn now(&self) -> Timestamp {
        self.world().timestamp()
    }

    /// Lets time pass: everything that is due until then happens, in its order.
    ///
    /// # Panics
    /// With what the kit finds wrong with the code under test.
    pub async fn advance(&self, duration: Duration) {
        let end: Time = self.world().now().saturating_add(duration);
        self.happen(Reach::Until(end)).await;
        self.world().set_time(end);
        self.happen(Reach::Now).await;
    }

    /// Lets everything happen that can happen now, while time stands still.
    ///
    /// # Panics
    /// With what the kit finds wrong with the code under test.
    pub async fn settle(&self) {
        self.happen(Reach::Now).await;
    }

    async fn happen(&self, reach: Reach) {
        if let Err(fault) = self.inner.drive(reach, |_| None::<()>).await {
            self.inner.fail(&fault);
        }
    }

    /// What workflows and activities have logged so far, with `tracing`; replays log nothing.
    pub fn logs(&self) -> Vec<LogLine> {
        let logs = self.world().logs.clone();
        logs.lines()
    }

    /// Gives a command and runs the turns that its answer waits for.
    pub(super) async fn call(
        &self,
        call: &'static str,
        instance_id: &str,
        command: Command,
    ) -> Result<Reply, RuntimeError> {
        let ticket = self.world().execute(super::world::APP, command);
        let answer = self.inner.drive(Reach::Turns, |world| world.answers.remove(&ticket)).await;
        match answer {
            Ok(Some(Ok(reply))) => Ok(reply),
            Ok(Some(Err(rejection))) => Err(refused(call, instance_id, &rejection)),
            Ok(None) => {
                let fault = self.world().stuck(instance_id, &format!("the answer to `{call}`"));
                self.inner.fail(&fault)
            }
            Err(fault) => self.inner.fail(&fault),
        }
    }
}

impl fmt::Debug for TestEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let world = self.world();
        f.debug_struct("TestEnv")
            .field("now", &world.timestamp())
            .field("seed", &world.seed)
            .field("instances", &world.instances.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// A test that fails by its own assertion says which seed it ran with, if that is not the usual one.
impl Drop for Inner {
    #[expect(clippy::print_stderr, reason = "it goes beside the panic's own text, which tests print there")]
    fn drop(&mut self) {
        let seed = self.world().seed;
        if std::thread::panicking() && seed != 0 {
            eprintln!(
                "the test above ran with seed {seed}: `TestEnv::new().seed({seed})` draws the same again"
            );
        }
    }
}
