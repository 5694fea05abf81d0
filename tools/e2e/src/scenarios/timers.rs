//! Durable timers and start times.

use std::time::{Duration, SystemTime};

use dacapo::client::Status;
use dacapo::prelude::*;

use super::support::{SOON, until_status};
use crate::harness::{Release, Store};
use crate::scenario::{Env, Target};

super::scenarios![
    timers_fire_when_they_are_due,
    timers_lose_and_win_races,
    timers_survive_the_sidecar,
    time_limits_on_calls,
    scheduled_start,
];

/// Returns how many milliseconds it slept, by the clock of its history.
#[workflow]
async fn sleep(ctx: &WorkflowContext, millis: u64) -> Result<u64> {
    let begun = ctx.now();
    ctx.create_timer(Duration::from_millis(millis)).name("nap").await;
    ctx.create_timer_at(begun).await;
    let slept = ctx.now().duration_since(begun).unwrap_or_default();
    Ok(u64::try_from(slept.as_millis()).unwrap_or(u64::MAX))
}

/// By how many milliseconds timers may fire before they are due: Dapr before 1.18 cuts their times to seconds.
fn early(env: &Env) -> u64 {
    match env.target() {
        Target::Dapr(release) if release < Release::new(1, 18, 0) => 1000,
        Target::Dapr(_) | Target::Embedded => 0,
    }
}

async fn timers_fire_when_they_are_due(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(sleep).start().await?;
    let run = app.client().schedule(sleep(1500).id(env.id("a"))).await?;
    let slept = run.result_within(SOON).await?;
    assert!((1500 - early(&env)..20_000).contains(&slept), "it slept {slept} ms");
    worker.shutdown().await
}

#[activity]
async fn echo(n: u32) -> u32 {
    n
}

#[activity]
async fn never() -> u32 {
    std::future::pending().await
}

#[workflow]
async fn races(ctx: &WorkflowContext) -> Result<Vec<bool>> {
    let mut won_by_work = Vec::new();
    for _ in 0..5 {
        let quick = race((echo(1), ctx.create_timer(Duration::from_secs(3600)))).await;
        won_by_work.push(matches!(quick, OneOf2::First(Ok(1))));
        let slow = race((never(), ctx.create_timer(Duration::from_millis(50)))).await;
        won_by_work.push(matches!(slow, OneOf2::First(_)));
    }
    Ok(won_by_work)
}

async fn timers_lose_and_win_races(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(races).activity(echo).activity(never);
    let worker = worker.shutdown_grace(Duration::ZERO).start().await?;
    let run = app.client().schedule(races().id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, [true, false].repeat(5));
    worker.shutdown().await
}

async fn timers_survive_the_sidecar(env: Env) -> Result<()> {
    let mut app = env.app_with(env.options().store(Store::Sqlite)).await?;
    let worker = app.worker().workflow(sleep).start().await?;
    let (early, late) = (sleep(500).id(env.id("early")), sleep(4000).id(env.id("late")));
    let (early, late) = (app.client().schedule(early).await?, app.client().schedule(late).await?);
    app.kill();
    // The first is due while there is no sidecar.
    tokio::time::sleep(Duration::from_secs(1)).await;
    app.start().await?;
    early.result_within(SOON).await?;
    assert!(late.result_within(SOON).await? >= 3000);
    worker.shutdown().await
}

#[workflow]
async fn impatient() -> Result<bool> {
    let in_time = echo(1).timeout(Duration::from_secs(3600)).await;
    let too_slow = never().timeout(Duration::from_millis(50)).await;
    Ok(matches!(in_time, Ok(Ok(1))) && too_slow.is_err())
}

async fn time_limits_on_calls(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(impatient).activity(echo).activity(never);
    let worker = worker.shutdown_grace(Duration::ZERO).start().await?;
    assert!(app.client().schedule(impatient().id(env.id("a"))).await?.result_within(SOON).await?);
    worker.shutdown().await
}

/// Returns the time of its first turn.
#[workflow]
async fn begin(ctx: &WorkflowContext) -> Timestamp {
    ctx.now()
}

async fn scheduled_start(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(begin).start().await?;
    let due = Timestamp::from(SystemTime::now()) + Duration::from_secs(3);
    let run = app.client().schedule(begin().start_at(due).id(env.id("later"))).await?;
    until_status(run.instance(), Status::Pending).await?;
    let past = app.client().schedule(begin().start_at(Timestamp::UNIX_EPOCH).id(env.id("past"))).await?;
    past.result_within(SOON).await?;
    let began = run.result_within(SOON).await? + Duration::from_millis(early(&env));
    assert!(began >= due, "it began at {began}, before {due}");
    worker.shutdown().await
}
