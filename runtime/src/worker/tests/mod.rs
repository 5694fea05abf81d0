//! The worker against a sidecar that follows a script.

#[path = "../../../tests/support/fake.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared with the tests of the public API, which use other parts of it"
)]
mod fake;

mod answers;
mod executor;
mod lifecycle;
mod limits;
mod log;
mod propagation;
mod shutdown;
mod stateful;
mod unsupported;
mod work;

use std::sync::Arc;

use dacapo_proto::pb;
use pb::workflow_action::WorkflowActionType;
use tokio::sync::Semaphore;

use self::fake::Fake;
use crate::prelude::*;
use crate::worker::WorkerBuilder;

#[activity]
async fn double(n: u32) -> u32 {
    n * 2
}

#[workflow]
async fn quadruple(n: u32) -> Result<u32> {
    Ok(double(double(n).await?).await?)
}

/// Shared with activities that wait until the test lets them go.
#[derive(Clone)]
struct Gate {
    begun: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    fn new() -> Self {
        Self { begun: Arc::new(Semaphore::new(0)), open: Arc::new(Semaphore::new(0)) }
    }

    /// Waits until one more activity has begun.
    async fn begun(&self) {
        self.begun.acquire().await.unwrap().forget();
    }

    /// Lets one activity go on.
    fn open(&self) {
        self.open.add_permits(1);
    }
}

#[activity]
async fn wait_at_gate(gate: State<Gate>) -> String {
    gate.begun.add_permits(1);
    gate.open.acquire().await.unwrap().forget();
    "passed".to_owned()
}

/// A worker that does not take its time.
fn worker(fake: &Fake) -> WorkerBuilder {
    worker_at(&fake.address)
}

fn worker_at(address: &str) -> WorkerBuilder {
    let mut builder = Worker::builder(&Connection::to(address).unwrap())
        .activity(double)
        .workflow(quadruple)
        .workflow_threads(2)
        .shutdown_grace(Duration::from_secs(60));
    let pace = &mut builder.settings.pace;
    pace.reconnect_first = Duration::from_millis(5);
    pace.reconnect_max = Duration::from_millis(20);
    pace.settled_after = Duration::from_millis(5);
    pace.answer_pause = Duration::from_millis(1);
    // The fake is not in a hurry: its sockets gather what is small for 40 ms.
    pace.quiet_before_close = Duration::from_millis(200);
    builder
}

fn only_action(response: &pb::WorkflowResponse) -> &WorkflowActionType {
    let [action] = &response.actions[..] else { panic!("not one action: {response:?}") };
    action.workflow_action_type.as_ref().unwrap()
}

fn completion(response: &pb::WorkflowResponse) -> &pb::CompleteWorkflowAction {
    match only_action(response) {
        WorkflowActionType::CompleteWorkflow(completion) => completion,
        other => panic!("no completion: {other:?}"),
    }
}
