//! Limits: of messages, and of what runs at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dacapo::client::{HistoryEvent, Status};
use dacapo::prelude::*;

use super::support::{SOON, events, until_status};
use crate::harness::Store;
use crate::scenario::Env;

super::scenarios![
    history_over_the_limit_stalls_and_goes_on_with_a_larger_one.since(1, 18).daprd_only().limit(180),
    activities_limited_by_the_sidecar.daprd_only(),
    turns_limited_by_the_sidecar.daprd_only(),
    activities_limited_by_the_worker,
];

#[activity]
async fn text_of(bytes: usize) -> String {
    "x".repeat(bytes)
}

#[workflow]
async fn hoards(texts: usize, bytes: usize) -> Result<usize> {
    let mut length = 0;
    for _ in 0..texts {
        length += text_of(bytes).await?.len();
    }
    Ok(length)
}

async fn history_over_the_limit_stalls_and_goes_on_with_a_larger_one(env: Env) -> Result<()> {
    let options = env.options().store(Store::Sqlite).max_body_size("4Mi");
    let mut app = env.app_with(options).await?;
    let worker = app.worker().workflow(hoards).activity(text_of).start().await?;
    let run = app.client().schedule(hoards(4, 1_500_000).id(env.id("a"))).await?;
    until_status(run.instance(), Status::Stalled).await?;
    let stalled = events(run.instance()).await?.into_iter().find_map(|event| match event {
        HistoryEvent::Stalled { reason, .. } => Some(reason),
        _ => None,
    });
    assert_eq!(stalled.as_deref(), Some("PAYLOAD_SIZE_EXCEEDED"));
    app.options().max_body_size = Some("64Mi".to_owned());
    app.kill();
    app.start().await?;
    assert_eq!(run.result_within(SOON).await?, 6_000_000);
    worker.shutdown().await
}

/// How many run, and the most that ever ran at a time.
#[derive(Clone, Default)]
struct Gauge {
    now: Arc<AtomicU32>,
    most: Arc<AtomicU32>,
}

impl Gauge {
    fn most(&self) -> u32 {
        self.most.load(Ordering::SeqCst)
    }
}

#[activity]
async fn busy(gauge: State<Gauge>) -> Result<()> {
    let now = gauge.now.fetch_add(1, Ordering::SeqCst) + 1;
    gauge.most.fetch_max(now, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(100)).await;
    gauge.now.fetch_sub(1, Ordering::SeqCst);
    Ok(())
}

#[workflow]
async fn all_busy(width: u32) -> Result<()> {
    all((0..width).map(|_| busy()).collect::<Vec<_>>()).await?;
    Ok(())
}

fn limited(limit: &str) -> String {
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {{name: limits}}\nspec:\n  workflow:\n    {limit}: 2\n"
    )
}

async fn activities_limited_by_the_sidecar(env: Env) -> Result<()> {
    let options = env.options().configuration(limited("maxConcurrentActivityInvocations"));
    let (app, gauge) = (env.app_with(options).await?, Gauge::default());
    let worker = app.worker().workflow(all_busy).activity(busy).state(gauge.clone()).start().await?;
    app.client().schedule(all_busy(12).id(env.id("a"))).await?.result_within(SOON).await?;
    assert!((1..=2).contains(&gauge.most()), "{} ran at a time", gauge.most());
    worker.shutdown().await
}

async fn turns_limited_by_the_sidecar(env: Env) -> Result<()> {
    let options = env.options().configuration(limited("maxConcurrentWorkflowInvocations"));
    let (app, gauge) = (env.app_with(options).await?, Gauge::default());
    let worker = app.worker().workflow(all_busy).activity(busy).state(gauge.clone()).start().await?;
    let mut runs = Vec::new();
    for n in 0..6 {
        runs.push(app.client().schedule(all_busy(2).id(env.id(&n.to_string()))).await?);
    }
    for run in runs {
        run.result_within(SOON).await?;
    }
    worker.shutdown().await
}

async fn activities_limited_by_the_worker(env: Env) -> Result<()> {
    let (app, gauge) = (env.app().await?, Gauge::default());
    let worker = app.worker().workflow(all_busy).activity(busy).state(gauge.clone());
    let worker = worker.max_concurrent_activities(3).start().await?;
    app.client().schedule(all_busy(12).id(env.id("a"))).await?.result_within(SOON).await?;
    assert_eq!(gauge.most(), 3);
    worker.shutdown().await
}
