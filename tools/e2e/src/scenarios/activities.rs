//! Activities: one after the other, side by side, failing, large.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dacapo::client::{HistoryEvent, RunError, Status};
use dacapo::prelude::*;
use tokio::sync::{Barrier, Mutex};

use super::support::{Counter, SOON, events};
use crate::harness::Release;
use crate::scenario::{Env, Target};

super::scenarios![
    chaining,
    fan_out_of_100,
    bounded_fan_out,
    ten_activities_at_once,
    thirty_activities_that_nobody_awaits,
    retries_until_it_succeeds,
    retries_end,
    errors_keep_their_type,
    panics_are_failures,
    unregistered_activity_is_a_failure,
    task_execution_ids,
    result_of_5_mb.limit(180),
    result_over_the_limit_is_a_failure.daprd_only().limit(180),
    answer_over_the_limit_fails_the_workflow.daprd_only().limit(180),
];

#[activity]
async fn add_one(n: u64) -> u64 {
    n + 1
}

#[workflow]
async fn chain(start: u64) -> Result<u64> {
    let mut n = start;
    for _ in 0..10 {
        n = add_one(n).await?;
    }
    Ok(n)
}

async fn chaining(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(chain).activity(add_one).start().await?;
    let run = app.client().schedule(chain(7).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 17);
    let state = run.status().await?;
    assert_eq!((state.name.as_str(), state.status), ("chain", Status::Completed));
    assert_eq!((state.input.as_deref(), state.output.as_deref()), (Some("7"), Some("17")));
    assert!(state.created_at.is_some() && state.updated_at >= state.created_at, "{state:?}");
    worker.shutdown().await
}

#[workflow]
async fn fan_out(width: u64) -> Result<u64> {
    let mut sum = 0;
    for result in (0..width).map(add_one).collect::<Vec<_>>().await {
        sum += result?;
    }
    Ok(sum)
}

async fn fan_out_of_100(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(fan_out).activity(add_one).start().await?;
    let run = app.client().schedule(fan_out(100).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 5050);
    worker.shutdown().await
}

#[workflow]
async fn fan_out_five_at_a_time(width: u64) -> Result<Vec<u64>> {
    let mut results = Vec::new();
    for result in (0..width).map(add_one).buffered(5).await {
        results.push(result?);
    }
    Ok(results)
}

async fn bounded_fan_out(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(fan_out_five_at_a_time).activity(add_one).start().await?;
    let run = app.client().schedule(fan_out_five_at_a_time(23).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, (1..=23).collect::<Vec<_>>());
    worker.shutdown().await
}

#[activity]
async fn meet(barrier: State<Arc<Barrier>>) -> Result<()> {
    barrier.wait().await;
    Ok(())
}

#[workflow]
async fn meeting() -> Result<()> {
    all((0..10).map(|_| meet()).collect::<Vec<_>>()).await?;
    Ok(())
}

/// Each activity waits for the nine others: were they run one after the other, none would end.
async fn ten_activities_at_once(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker =
        app.worker().workflow(meeting).activity(meet).state(Arc::new(Barrier::new(10))).start().await?;
    app.client().schedule(meeting().id(env.id("a"))).await?.result_within(SOON).await?;
    worker.shutdown().await
}

#[activity]
async fn count(counter: State<Counter>) -> u32 {
    counter.add()
}

#[workflow]
async fn start_thirty(ctx: &WorkflowContext) -> Result<()> {
    for _ in 0..30 {
        drop(ctx.start(count()));
    }
    Ok(())
}

async fn thirty_activities_that_nobody_awaits(env: Env) -> Result<()> {
    let (app, counter) = (env.app().await?, Counter::default());
    let worker = app.worker().workflow(start_thirty).activity(count).state(counter.clone()).start().await?;
    app.client().schedule(start_thirty().id(env.id("a"))).await?.result_within(SOON).await?;
    counter.reached(30).await?;
    worker.shutdown().await
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Refusal {
    Busy { attempt: u32 },
    Never,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Busy { attempt } => write!(f, "busy at attempt {attempt}"),
            Self::Never => f.write_str("never"),
        }
    }
}

impl std::error::Error for Refusal {}

#[activity(retry(max_attempts = 4, first_interval = "100ms", backoff = 2.0))]
async fn busy_twice(counter: State<Counter>) -> Result<u32, Refusal> {
    match counter.add() {
        attempt @ 1..=2 => Err(Refusal::Busy { attempt }),
        attempt => Ok(attempt),
    }
}

#[workflow]
async fn persistent() -> Result<u32> {
    Ok(busy_twice().await?)
}

async fn retries_until_it_succeeds(env: Env) -> Result<()> {
    let (app, counter) = (env.app().await?, Counter::default());
    let worker =
        app.worker().workflow(persistent).activity(busy_twice).state(counter.clone()).start().await?;
    let begun = Instant::now();
    let run = app.client().schedule(persistent().id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 3);
    // Before, daprd cuts what is left of a due time to whole seconds.
    let is_exact = !matches!(env.target(), Target::Dapr(release) if release < Release::new(1, 18, 0));
    assert!(!is_exact || begun.elapsed() >= Duration::from_millis(300), "the pauses are 100 ms and 200 ms");
    assert_eq!(counter.count(), 3);
    worker.shutdown().await
}

#[workflow]
async fn gives_up() -> Result<()> {
    let policy = RetryPolicy::new(3).first_interval(Duration::from_millis(20));
    always_fails(1).retry(policy.clone()).await.expect_err("it always fails");
    always_fails(2).retry(policy.clone().except("Refusal")).await.expect_err("it always fails");
    always_fails(3).retry(policy.only_if(|failure| failure.details().message != "never")).await?;
    Ok(())
}

/// Which calls were made, in order.
type Calls = Arc<Mutex<Vec<u32>>>;

#[activity]
async fn always_fails(calls: State<Calls>, call: u32) -> Result<(), Refusal> {
    calls.lock().await.push(call);
    Err(Refusal::Never)
}

async fn retries_end(env: Env) -> Result<()> {
    let (app, calls) = (env.app().await?, Calls::default());
    let worker =
        app.worker().workflow(gives_up).activity(always_fails).state(Arc::clone(&calls)).start().await?;
    let run = app.client().schedule(gives_up().id(env.id("a"))).await?;
    let Err(RunError::Failed(failure)) = run.result_within(SOON).await else {
        panic!("the workflow must fail")
    };
    assert_eq!(failure.details().message, "activity `always_fails` failed: never");
    assert_eq!(
        *calls.lock().await,
        [1, 1, 1, 2, 3],
        "three attempts, then one for each refusal that is not retried"
    );
    worker.shutdown().await
}

#[workflow]
async fn reports(attempt: u32) -> Result<String, Refusal> {
    match refuse(attempt).await {
        Ok(()) => Ok("it worked".to_owned()),
        Err(failure) => match failure.error() {
            Some(Refusal::Busy { attempt: 2 }) => Err(Refusal::Busy { attempt: 20 }),
            other => Ok(format!("{other:?}, {}", failure.details().error_type)),
        },
    }
}

#[activity]
async fn refuse(attempt: u32) -> Result<(), Refusal> {
    Err(Refusal::Busy { attempt })
}

async fn errors_keep_their_type(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(reports).activity(refuse).start().await?;
    let run = app.client().schedule(reports(1).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, "Some(Busy { attempt: 1 }), Refusal");
    let run = app.client().schedule(reports(2).id(env.id("b"))).await?;
    let Err(RunError::Failed(failure)) = run.result_within(SOON).await else {
        panic!("the workflow must fail")
    };
    assert_eq!(failure.error(), Some(&Refusal::Busy { attempt: 20 }));
    assert_eq!(failure.details().message, "busy at attempt 20");
    worker.shutdown().await
}

#[activity]
async fn panics(text: String) -> Result<()> {
    panic!("{text}")
}

#[workflow]
async fn panicking(here: bool) -> Result<()> {
    assert!(!here, "the workflow panics");
    panics("the activity panics".to_owned()).await?;
    Ok(())
}

async fn panics_are_failures(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(panicking).activity(panics).start().await?;
    for (id, here, text) in [("a", false, "the activity panics"), ("b", true, "the workflow panics")] {
        let run = app.client().schedule(panicking(here).id(env.id(id))).await?;
        let Err(RunError::Failed(failure)) = run.result_within(SOON).await else {
            panic!("the workflow must fail")
        };
        assert!(failure.details().message.contains(text), "{failure}");
    }
    worker.shutdown().await
}

async fn unregistered_activity_is_a_failure(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(chain).start().await?;
    let run = app.client().schedule(chain(1).id(env.id("a"))).await?;
    let Err(RunError::Failed(failure)) = run.result_within(SOON).await else {
        panic!("the workflow must fail")
    };
    let cause = failure.details().inner.as_deref().expect("the activity's failure");
    assert_eq!(cause.error_type, "ActivityNotRegistered");
    worker.shutdown().await
}

/// The task execution ids of all attempts, by call.
type Ids = Arc<Mutex<Vec<(u32, String)>>>;

#[activity(retry(max_attempts = 2, first_interval = "20ms"))]
async fn show_id(ctx: &ActivityContext, seen: State<Ids>, call: u32) -> Result<(), Refusal> {
    let mut seen = seen.lock().await;
    let first = seen.iter().all(|(other, _)| *other != call);
    seen.push((call, ctx.task_execution_id().to_owned()));
    if first { Err(Refusal::Busy { attempt: 1 }) } else { Ok(()) }
}

#[workflow]
async fn show_ids(generation: u32) -> Result<()> {
    all((0..3).map(|n| show_id(generation * 10 + n)).collect::<Vec<_>>()).await?;
    if generation == 1 {
        return Ok(());
    }
    return show_ids(generation + 1).continue_as_new().await;
}

async fn task_execution_ids(env: Env) -> Result<()> {
    let (app, seen) = (env.app().await?, Ids::default());
    let worker = app.worker().workflow(show_ids).activity(show_id).state(Arc::clone(&seen)).start().await?;
    app.client().schedule(show_ids(0).id(env.id("a"))).await?.result_within(SOON).await?;
    let seen = seen.lock().await;
    let ids_of =
        |call: u32| seen.iter().filter(move |(of, _)| *of == call).map(|(_, id)| id).collect::<Vec<_>>();
    let mut first = Vec::new();
    for call in [0, 1, 2, 10, 11, 12] {
        let ids = ids_of(call);
        assert!(matches!(ids[..], [one, two] if one == two), "one id for both attempts: {ids:?}");
        first.push(ids[0]);
    }
    first.sort_unstable();
    first.dedup();
    assert_eq!(first.len(), 6, "another id for each call, also in the next generation: {seen:?}");
    worker.shutdown().await
}

#[activity]
async fn text_of(bytes: usize) -> String {
    "x".repeat(bytes)
}

#[workflow]
async fn fetch(bytes: usize) -> Result<usize> {
    Ok(text_of(bytes).await?.len())
}

async fn result_of_5_mb(env: Env) -> Result<()> {
    let app = env.app_with(env.options().max_body_size("32Mi")).await?;
    let worker = app.worker().workflow(fetch).activity(text_of).start().await?;
    let run = app.client().schedule(fetch(5_000_000).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 5_000_000);
    worker.shutdown().await
}

async fn result_over_the_limit_is_a_failure(env: Env) -> Result<()> {
    let app = env.app_with(env.options().max_body_size("4Mi")).await?;
    let worker = app.worker().workflow(fetch).activity(text_of).start().await?;
    let run = app.client().schedule(fetch(5_000_000).id(env.id("a"))).await?;
    let Err(RunError::Failed(failure)) = run.result_within(SOON).await else {
        panic!("the workflow must fail")
    };
    let cause = failure.details().inner.as_deref().expect("the activity's failure");
    assert_eq!(cause.error_type, "PayloadTooLarge");
    assert!(cause.message.contains("`text_of`"), "{}", cause.message);
    let run = app.client().schedule(fetch(1000).id(env.id("b"))).await?;
    assert_eq!(run.result_within(SOON).await?, 1000, "the worker goes on");
    worker.shutdown().await
}

#[workflow]
async fn too_much_to_say() -> String {
    "x".repeat(5_000_000)
}

async fn answer_over_the_limit_fails_the_workflow(env: Env) -> Result<()> {
    let app = env.app_with(env.options().max_body_size("4Mi")).await?;
    let worker = app.worker().workflow(too_much_to_say).start().await?;
    let run = app.client().schedule(too_much_to_say().id(env.id("a"))).await?;
    let Err(RunError::Failed(failure)) = run.result_within(SOON).await else {
        panic!("the workflow must fail")
    };
    assert_eq!(failure.details().error_type, "PayloadTooLarge");
    let history = events(run.instance()).await.unwrap_or_default();
    let ends = history.iter().filter(|event| matches!(event, HistoryEvent::Ended { .. })).count();
    assert_eq!(ends, usize::from(!history.is_empty()));
    worker.shutdown().await
}
