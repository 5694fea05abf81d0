//! Running an ended instance again from the middle of its history.

use dacapo::RuntimeError;
use dacapo::client::{HistoryEvent, Rerun};
use dacapo::prelude::*;

use super::support::{Counter, GO, SOON, event_id};
use crate::scenario::Env;

super::scenarios![
    rerun_from_an_activity.since(1, 17),
    rerun_from_a_timer.since(1, 17),
    rerun_from_a_child.since(1, 17),
    rerun_from_the_middle_of_a_fan_out.since(1, 17),
    rerun_of_a_rerun.since(1, 17),
    rerun_that_is_refused.since(1, 17),
    rerun_by_its_number,
];

#[activity]
async fn step(counter: State<Counter>, n: u32) -> u32 {
    counter.add();
    n + 1
}

#[workflow]
async fn doubled(n: u32) -> Result<u32> {
    Ok(step(n * 2).await?)
}

#[workflow]
async fn steps(ctx: &WorkflowContext, n: u32) -> Result<Vec<u32>> {
    let first = step(n).await?;
    ctx.create_timer(Duration::from_millis(100)).await;
    let child = doubled(first).await?;
    let last = step(child).await?;
    Ok(vec![first, child, last])
}

/// A run that has ended with [2, 5, 6] after three activities, and what reruns it.
async fn ended(env: &Env) -> Result<(crate::harness::App, Worker, Counter, dacapo::client::Instance)> {
    let (app, counter) = (env.app().await?, Counter::default());
    let worker =
        app.worker().workflow(steps).workflow(doubled).activity(step).state(counter.clone()).start().await?;
    let run = app.client().schedule(steps(1).id(env.id("source"))).await?;
    assert_eq!(run.result_within(SOON).await?, [2, 5, 6]);
    assert_eq!(counter.count(), 3);
    let source = run.instance().clone();
    Ok((app, worker, counter, source))
}

async fn rerun_from_an_activity(env: Env) -> Result<()> {
    let (app, worker, counter, source) = ended(&env).await?;
    let from = event_id(&source, |event| matches!(event, HistoryEvent::ActivityScheduled { input, .. } if input.as_deref() == Some("5"))).await?;
    let again = source.rerun_from(from, Rerun::default().id(env.id("same"))).await?;
    assert_eq!(app.client().run(steps, again.id()).result_within(SOON).await?, [2, 5, 6]);
    assert_eq!(counter.count(), 4, "only the last activity runs again");
    let again = source.rerun_from(from, Rerun::default().input(100)).await?;
    assert_eq!(app.client().run(steps, again.id()).result_within(SOON).await?, [2, 5, 101]);
    let again = source.rerun_from(0, Rerun::default().input(10).id(env.id("first"))).await?;
    assert_eq!(app.client().run(steps, again.id()).result_within(SOON).await?, [11, 23, 24]);
    worker.shutdown().await
}

async fn rerun_from_a_timer(env: Env) -> Result<()> {
    let (app, worker, counter, source) = ended(&env).await?;
    let from = event_id(&source, |event| matches!(event, HistoryEvent::TimerCreated { .. })).await?;
    let again = source.rerun_from(from, Rerun::default()).await?;
    assert_eq!(app.client().run(steps, again.id()).result_within(SOON).await?, [2, 5, 6]);
    assert_eq!(counter.count(), 5, "the activities after the timer run again");
    worker.shutdown().await
}

async fn rerun_from_a_child(env: Env) -> Result<()> {
    let (app, worker, counter, source) = ended(&env).await?;
    let from = event_id(&source, |event| matches!(event, HistoryEvent::ChildCreated { .. })).await?;
    let again = source.rerun_from(from, Rerun::default().child_id(env.id("child"))).await?;
    assert_eq!(app.client().run(steps, again.id()).result_within(SOON).await?, [2, 5, 6]);
    assert_eq!(counter.count(), 5);
    assert_eq!(app.client().run(doubled, env.id("child")).result_within(SOON).await?, 5);
    let again = source.rerun_from(from, Rerun::default().input(50)).await?;
    assert_eq!(app.client().run(steps, again.id()).result_within(SOON).await?, [2, 101, 102]);
    worker.shutdown().await
}

#[workflow]
async fn wide(width: u32) -> Result<Vec<u32>> {
    let results = all((0..width).map(step).collect::<Vec<_>>()).await?;
    let last = step(100).await?;
    Ok([results, vec![last]].concat())
}

async fn rerun_from_the_middle_of_a_fan_out(env: Env) -> Result<()> {
    let (app, counter) = (env.app().await?, Counter::default());
    let worker = app.worker().workflow(wide).activity(step).state(counter.clone()).start().await?;
    let run = app.client().schedule(wide(5).id(env.id("source"))).await?;
    assert_eq!(run.result_within(SOON).await?, [1, 2, 3, 4, 5, 101]);
    let before = counter.count();
    let again = run.instance().rerun_from(2, Rerun::default().input(20)).await?;
    assert_eq!(app.client().run(wide, again.id()).result_within(SOON).await?, [1, 2, 21, 4, 5, 101]);
    assert!(
        (2..=6).contains(&(counter.count() - before)),
        "{} activities ran again",
        counter.count() - before
    );
    worker.shutdown().await
}

async fn rerun_of_a_rerun(env: Env) -> Result<()> {
    let (app, worker, _, source) = ended(&env).await?;
    let mut instance = source;
    for n in 0..3 {
        let timer = event_id(&instance, |event| matches!(event, HistoryEvent::TimerCreated { .. })).await?;
        instance = instance.rerun_from(timer, Rerun::default().id(env.id(&n.to_string()))).await?;
        assert_eq!(app.client().run(steps, instance.id()).result_within(SOON).await?, [2, 5, 6]);
    }
    // A worker that knows nothing of it must be able to replay what came of it.
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app
        .worker()
        .workflow(steps)
        .workflow(doubled)
        .activity(step)
        .state(Counter::default())
        .start()
        .await?;
    let last = event_id(&instance, |event| matches!(event, HistoryEvent::ChildCreated { .. })).await?;
    let again = instance.rerun_from(last, Rerun::default()).await?;
    assert_eq!(app.client().run(steps, again.id()).result_within(SOON).await?, [2, 5, 6]);
    worker.shutdown().await
}

#[workflow]
async fn waits_for_go() -> Result<()> {
    GO.recv().await?;
    Ok(())
}

async fn rerun_that_is_refused(env: Env) -> Result<()> {
    let (app, worker, _, source) = ended(&env).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(waits_for_go).start().await?;
    let refused = source.rerun_from(77, Rerun::default()).await;
    assert!(
        matches!(&refused, Err(RuntimeError::Sidecar { code: "NOT_FOUND", .. })),
        "no such event: {refused:?}"
    );
    let refused = source.rerun_from(0, Rerun::default().id(source.id())).await;
    assert!(
        matches!(&refused, Err(RuntimeError::Sidecar { code: "INVALID_ARGUMENT", .. })),
        "its own id: {refused:?}"
    );
    let refused = app.client().instance(env.id("unknown")).rerun_from(0, Rerun::default()).await;
    assert!(matches!(&refused, Err(RuntimeError::NotFound { .. })), "no such instance: {refused:?}");
    let running = app.client().schedule(waits_for_go().id(env.id("running"))).await?;
    let refused = running.instance().rerun_from(0, Rerun::default()).await;
    assert!(
        matches!(&refused, Err(RuntimeError::Sidecar { code: "INVALID_ARGUMENT", .. })),
        "it runs: {refused:?}"
    );
    let refused = source.rerun_from(0, Rerun::default().id(running.id())).await;
    assert!(matches!(&refused, Err(RuntimeError::AlreadyExists { .. })), "the id is taken: {refused:?}");
    worker.shutdown().await
}

/// Dapr 1.16 reruns too, though it shows no history to choose from.
async fn rerun_by_its_number(env: Env) -> Result<()> {
    let (app, worker, counter, source) = ended(&env).await?;
    let again = source.rerun_from(3, Rerun::default()).await?;
    assert_eq!(app.client().run(steps, again.id()).result_within(SOON).await?, [2, 5, 6]);
    assert_eq!(counter.count(), 4);
    worker.shutdown().await
}
