//! Worker and client together, on the embedded sidecar.
#![allow(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, but does not see that their helpers are tests too"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dacapo::client::{HistoryEvent, Purge, RunError, Status};
use dacapo::prelude::*;
use dacapo::worker::WorkerBuilder;
use dacapo::{RuntimeError, WorkflowCall};
use dacapo_sidecar::Sidecar;
use futures_util::TryStreamExt as _;
use tokio::sync::Semaphore;

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{0} is odd")]
struct Odd(u32);

#[activity]
async fn add_one(n: u32) -> u32 {
    n + 1
}

#[activity]
async fn half(n: u32) -> Result<u32, Odd> {
    if n.is_multiple_of(2) { Ok(n / 2) } else { Err(Odd(n)) }
}

#[workflow]
async fn count(steps: u32) -> Result<u32> {
    let mut n = 0;
    for _ in 0..steps {
        n = add_one(n).await?;
    }
    Ok(n)
}

#[workflow]
async fn fan_out(width: u32) -> Result<u32> {
    let results = (0..width).map(add_one).collect::<Vec<_>>().await;
    results.into_iter().try_fold(0, |sum, result| Ok(sum + result?))
}

#[workflow]
async fn halve(n: u32) -> Result<u32, Odd> {
    match half(n).await {
        Ok(half) => Ok(half),
        Err(failure) => Err(failure.into_error().unwrap_or(Odd(0))),
    }
}

const GO: Event<u32> = Event::new("go");

#[workflow]
async fn wait_for_go() -> Result<u32> {
    let first = GO.recv().await?;
    let second = GO.recv().await?;
    Ok(first + second)
}

#[workflow]
async fn parent(steps: Vec<u32>) -> Result<Vec<u32>> {
    let children = steps.into_iter().map(count).collect::<Vec<_>>().await;
    children.into_iter().map(|child| Ok(child?)).collect()
}

/// Lets a test hold an activity, and counts how often it began.
#[derive(Clone)]
struct Held {
    begun: Arc<AtomicUsize>,
    arrived: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

#[activity]
async fn held(held: State<Held>, n: u32) -> u32 {
    held.begun.fetch_add(1, Ordering::Relaxed);
    held.arrived.add_permits(1);
    held.open.acquire().await.unwrap().forget();
    n
}

#[workflow]
async fn hold(n: u32) -> Result<u32> {
    Ok(add_one(held(n).await?).await?)
}

static BEGUN: AtomicUsize = AtomicUsize::new(0);

fn note_that_it_begins() {
    BEGUN.fetch_add(1, Ordering::Relaxed);
}

#[workflow]
async fn count_begins(steps: u32) -> Result<u32> {
    note_that_it_begins();
    for n in 0..steps {
        add_one(n).await?;
    }
    Ok(steps)
}

static BEGUN_PATCHED: AtomicUsize = AtomicUsize::new(0);

fn note_that_the_patched_begins() {
    BEGUN_PATCHED.fetch_add(1, Ordering::Relaxed);
}

/// A patch at the beginning, and another that is met in the middle.
#[workflow]
async fn count_patched_begins(ctx: &WorkflowContext) -> Result<u32> {
    note_that_the_patched_begins();
    let mut sum = if ctx.is_patched("from-the-beginning") { add_one(0).await? } else { 0 };
    sum = add_one(sum).await?;
    if ctx.is_patched("in-the-middle") {
        sum = add_one(sum).await?;
    }
    Ok(add_one(sum).await?)
}

#[workflow]
async fn tell_trace(ctx: &WorkflowContext) -> Result<Option<String>> {
    Ok(ctx.trace_parent())
}

/// Starts a workflow in the trace that the activity runs in.
#[activity]
async fn start_traced(ctx: &ActivityContext, client: State<Client>) -> Result<Option<String>> {
    let client = Client::clone(&client).in_trace(ctx.trace_parent(), ctx.trace_state());
    Ok(client.schedule(tell_trace()).await?.result().await?)
}

#[workflow]
async fn call_traced() -> Result<Option<String>> {
    Ok(start_traced().await?)
}

struct Bench {
    sidecar: Sidecar,
    dapr: Connection,
    client: Client,
    held: Held,
}

impl Bench {
    async fn new() -> Self {
        let sidecar = Sidecar::builder().in_memory().port(0).start().await.unwrap();
        let dapr = Connection::to(sidecar.endpoint()).unwrap();
        let held = Held {
            begun: Arc::default(),
            arrived: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
        };
        Self { client: Client::new(&dapr), sidecar, dapr, held }
    }

    fn worker(&self) -> WorkerBuilder {
        Worker::builder(&self.dapr).register_all().state(self.held.clone()).state(self.client.clone())
    }

    async fn start(&self) -> Worker {
        self.worker().start().await.unwrap()
    }

    async fn result<M: dacapo::Workflow>(&self, call: WorkflowCall<M>) -> M::Output {
        let run = self.client.schedule(call).await.unwrap();
        run.result_within(Duration::from_secs(60)).await.unwrap()
    }
}

#[tokio::test]
async fn a_chain_of_activities_runs_to_its_result() {
    let bench = Bench::new().await;
    let worker = bench.start().await;
    assert_eq!(bench.result(count(100)).await, 100);
    worker.shutdown().await.unwrap();
    bench.sidecar.shutdown().await;
}

#[tokio::test]
async fn a_chain_that_is_replayed_every_turn_has_the_same_result() {
    let bench = Bench::new().await;
    let _worker = bench.worker().warm_bytes(0).start().await.unwrap();
    assert_eq!(bench.result(count(30)).await, 30);
}

#[tokio::test]
async fn a_workflow_is_kept_between_turns_and_begun_once() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    bench.result(count_begins(20)).await;
    assert_eq!(BEGUN.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_workflow_with_patches_is_kept_because_the_sidecar_records_what_it_reports() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    assert_eq!(bench.result(count_patched_begins()).await, 4);
    assert_eq!(BEGUN_PATCHED.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_fan_out_collects_every_result() {
    let bench = Bench::new().await;
    let _worker = bench.worker().max_concurrent_activities(3).start().await.unwrap();
    assert_eq!(bench.result(fan_out(200)).await, (1..=200).sum::<u32>());
}

#[tokio::test]
async fn children_run_and_return_to_their_parent() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    assert_eq!(bench.result(parent(vec![3, 0, 5])).await, [3, 0, 5]);
}

#[tokio::test]
async fn an_error_of_an_activity_reaches_the_client_as_the_value_it_was() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    assert_eq!(bench.result(halve(42)).await, 21);
    let error = bench.client.schedule(halve(7)).await.unwrap().result().await.unwrap_err();
    let RunError::Failed(failure) = error else { panic!("{error:?}") };
    assert_eq!(failure.error(), Some(&Odd(7)));
    assert_eq!(failure.details().error_type, "Odd");
}

#[tokio::test]
async fn events_are_received_in_order_and_also_before_they_are_asked_for() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    let run = bench.client.schedule(wait_for_go().id("waiting")).await.unwrap();
    run.raise(GO, 40).await.unwrap();
    run.raise(GO, 2).await.unwrap();
    assert_eq!(run.result_within(Duration::from_secs(60)).await.unwrap(), 42);
}

#[tokio::test]
async fn an_instance_is_suspended_resumed_terminated_and_purged() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    let run = bench.client.schedule(wait_for_go().id("a-1")).await.unwrap();
    run.suspend("lunch").await.unwrap();
    assert_eq!(run.status().await.unwrap().status, Status::Suspended);
    assert!(matches!(run.purge(Purge::default()).await, Err(RuntimeError::NotFinished { .. })));
    run.resume("").await.unwrap();
    assert_eq!(run.status().await.unwrap().status, Status::Running);
    run.terminate("enough").await.unwrap();
    let state = run.status().await.unwrap();
    assert_eq!((state.status, state.output_as::<String>()), (Status::Terminated, Ok("enough".to_owned())));
    assert!(matches!(run.result().await, Err(RunError::Terminated { .. })));
    assert_eq!(run.purge(Purge::default()).await, Ok(1));
    assert!(matches!(run.status().await, Err(RuntimeError::NotFound { .. })));
    assert!(matches!(run.raise(GO, 1).await, Err(RuntimeError::NotFound { .. })));
}

#[tokio::test]
async fn an_id_can_be_used_again_only_when_its_instance_has_ended() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    let run = bench.client.schedule(wait_for_go().id("a-1")).await.unwrap();
    let again = bench.client.schedule(wait_for_go().id("a-1")).await;
    assert!(matches!(again, Err(RuntimeError::AlreadyExists { instance_id, .. }) if instance_id == "a-1"));
    run.terminate(()).await.unwrap();
    let unique = bench.client.schedule(wait_for_go().id("a-1").unique()).await;
    assert!(matches!(unique, Err(RuntimeError::AlreadyExists { .. })), "{unique:?}");
    bench.client.schedule(wait_for_go().id("a-1")).await.unwrap();
}

#[tokio::test]
async fn the_input_of_an_instance_is_read_as_what_it_was() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    bench.result(count(3).id("a-1")).await;
    let state = bench.client.instance("a-1").get().await.unwrap();
    assert_eq!(state.input_as::<u32>().unwrap(), 3);
    let error = state.input_as::<String>().unwrap_err();
    assert!(error.to_string().contains("the input of `a-1`"), "{error}");
}

#[tokio::test]
async fn instances_are_listed_and_their_history_is_read() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    for id in ["a-1", "a-2"] {
        bench.result(count(1).id(id)).await;
    }
    let mut ids = bench.client.list();
    let mut found = Vec::new();
    while let Some(id) = ids.next().await.unwrap() {
        found.push(id);
    }
    found.sort();
    assert_eq!(found, ["a-1", "a-2"]);
    let history = bench.client.instance("a-1").history().await.unwrap();
    let scheduled =
        history.iter().find(|entry| matches!(&entry.event, HistoryEvent::ActivityScheduled { .. }));
    let scheduled = scheduled.unwrap();
    assert_eq!(scheduled.id, Some(0));
    let HistoryEvent::ActivityScheduled { task_execution_id, .. } = &scheduled.event else { unreachable!() };
    assert_eq!(task_execution_id.as_ref().map(String::len), Some(36), "a UUID");
    let streamed: Vec<_> = bench.client.instance("a-1").history_stream().try_collect().await.unwrap();
    assert_eq!(streamed, history);
    let unknown = bench.client.instance("a-3").history_stream().try_collect::<Vec<_>>().await;
    assert!(matches!(unknown, Err(RuntimeError::NotFound { .. })), "{unknown:?}");
    assert!(matches!(&history.last().unwrap().event, HistoryEvent::Ended { status: Status::Completed, .. }));
}

#[tokio::test]
async fn a_workflow_goes_on_with_the_next_worker_where_the_last_one_stopped() {
    let bench = Bench::new().await;
    let first = bench.worker().shutdown_grace(Duration::ZERO).start().await.unwrap();
    let run = bench.client.schedule(hold(1)).await.unwrap();
    bench.held.arrived.acquire().await.unwrap().forget();
    first.shutdown().await.unwrap();
    let _second = bench.start().await;
    bench.held.arrived.acquire().await.unwrap().forget();
    bench.held.open.add_permits(1);
    assert_eq!(run.result_within(Duration::from_secs(60)).await.unwrap(), 2);
    assert_eq!(bench.held.begun.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_workflow_without_its_code_stalls_and_goes_on_when_the_code_is_there() {
    let bench = Bench::new().await;
    let without = Worker::builder(&bench.dapr).activity(add_one).start().await.unwrap();
    let run = bench.client.schedule(count(2).id("a-1")).await.unwrap();
    let error = run.result().await.unwrap_err();
    assert!(matches!(&error, RunError::Stalled { instance_id, .. } if instance_id == "a-1"), "{error:?}");
    without.shutdown().await.unwrap();
    let _with = bench.start().await;
    assert_eq!(run.result_within(Duration::from_secs(60)).await.unwrap(), 2);
}

#[tokio::test]
async fn the_trace_of_a_caller_reaches_the_workflows_that_it_starts_itself_or_from_an_activity() {
    let bench = Bench::new().await;
    let _worker = bench.start().await;
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let client = bench.client.clone().in_trace(Some(parent), None);
    let told = client.schedule(tell_trace()).await.unwrap().result().await.unwrap();
    assert_eq!(told.as_deref(), Some(parent));
    let told = client.schedule(call_traced()).await.unwrap().result().await.unwrap();
    assert_eq!(told.as_deref(), Some(parent));
    assert_eq!(bench.result(call_traced()).await, None);
}
