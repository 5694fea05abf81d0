//! What people do with instances: list, read, purge; over gRPC and over Dapr's HTTP API.

use std::collections::BTreeSet;
use std::time::SystemTime;

use dacapo::RuntimeError;
use dacapo::client::{HistoryEvent, Purge, Status};
use dacapo::prelude::*;
use futures_util::TryStreamExt as _;
use tokio::task::JoinSet;

use super::support::{GO, SOON, events, until_status};
use crate::harness::http;
use crate::scenario::Env;

super::scenarios![
    purge_of_an_ended_instance,
    purge_of_a_running_instance_is_refused,
    purge_by_force.since(1, 17),
    purge_with_children,
    list_in_pages.since(1, 17).limit(240),
    history_is_readable.since(1, 17),
    list_and_history_are_unsupported_before_dapr_1_17.before(1, 17),
    http_api.daprd_only(),
    http_api_of_a_failed_workflow.daprd_only(),
];

#[workflow]
async fn echo(n: u32) -> u32 {
    n
}

#[workflow]
async fn waits_for_go() -> Result<()> {
    GO.recv().await?;
    Ok(())
}

async fn purge_of_an_ended_instance(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(echo).start().await?;
    let run = app.client().schedule(echo(1).id(env.id("a"))).await?;
    run.result_within(SOON).await?;
    assert_eq!(run.purge(Purge::default()).await?, 1);
    let gone = |error| matches!(error, Some(RuntimeError::NotFound { .. }));
    assert!(gone(run.status().await.err()));
    assert!(gone(run.purge(Purge::default()).await.err()));
    worker.shutdown().await
}

async fn purge_of_a_running_instance_is_refused(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(waits_for_go).start().await?;
    let run = app.client().schedule(waits_for_go().id(env.id("a"))).await?;
    let error = run.purge(Purge::default()).await.expect_err("it runs");
    assert!(matches!(error, RuntimeError::NotFinished { .. }), "{error:?}");
    run.raise(GO, ()).await?;
    run.result_within(SOON).await?;
    worker.shutdown().await
}

/// The id cannot be used again on daprd 1.18.0 before it restarts.
async fn purge_by_force(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(waits_for_go).workflow(echo).start().await?;
    let run = app.client().schedule(waits_for_go().id(env.id("a"))).await?;
    assert_eq!(run.purge(Purge::default().by_force()).await?, 1);
    assert!(matches!(run.status().await, Err(RuntimeError::NotFound { .. })));
    let other = app.client().schedule(echo(1).id(env.id("b"))).await?;
    assert_eq!(other.result_within(SOON).await?, 1, "the worker goes on");
    worker.shutdown().await
}

#[workflow]
async fn family(ctx: &WorkflowContext, depth: u32) -> Result<()> {
    if depth > 0 {
        let child = family(depth - 1).id(format!("{}-{depth}", ctx.instance_id()));
        child.await?;
    }
    Ok(())
}

async fn purge_with_children(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(family).start().await?;
    let run = app.client().schedule(family(3).id(env.id("a"))).await?;
    run.result_within(SOON).await?;
    assert_eq!(run.purge(Purge::default().with_children()).await?, 4);
    for id in ["a", "a-3", "a-3-2", "a-3-2-1"] {
        let state = app.client().instance(env.id(id)).get().await;
        assert!(matches!(state, Err(RuntimeError::NotFound { .. })), "{id}: {state:?}");
    }
    worker.shutdown().await
}

/// A page has at most 1024 ids.
async fn list_in_pages(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(echo).start().await?;
    let later = Timestamp::from(SystemTime::now()) + Duration::from_secs(24 * 3600);
    let ids = (0..1100).map(|n| env.id(&n.to_string())).collect::<BTreeSet<_>>();
    app.wait_until_connected().await?;
    let mut scheduling = JoinSet::new();
    for id in &ids {
        let (client, call) = (app.client(), echo(1).start_at(later).id(id));
        scheduling.spawn(async move { client.schedule(call).await.map(drop) });
    }
    while let Some(scheduled) = scheduling.join_next().await {
        scheduled??;
    }
    let listed: Vec<String> = app.client().list().into_stream().try_collect().await?;
    assert_eq!(listed.len(), ids.len());
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), ids);
    worker.shutdown().await
}

#[activity]
async fn doubled(n: u32) -> u32 {
    n * 2
}

#[workflow]
async fn a_bit_of_all(ctx: &WorkflowContext, n: u32) -> Result<u32> {
    let two = doubled(n).await?;
    ctx.create_timer(Duration::from_millis(10)).name("pause").await;
    GO.recv().await?;
    Ok(echo(two).await?)
}

async fn history_is_readable(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(a_bit_of_all).workflow(echo).activity(doubled).start().await?;
    let run = app.client().schedule(a_bit_of_all(21).id(env.id("a"))).await?;
    run.raise(GO, ()).await?;
    run.result_within(SOON).await?;
    let history = run.instance().history().await?;
    let ids = history.iter().filter_map(|entry| entry.id).collect::<Vec<_>>();
    // The event was there before the wait, or the wait took an id of its own for its timer.
    assert!(ids == [0, 1, 2, 3] || ids == [0, 1, 2, 3, 4], "{history:#?}");
    let text = history.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for part in ["activity `doubled` scheduled", "pause", "`go`", "`echo`", "COMPLETED"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(
        matches!(&history[1].event, HistoryEvent::Started { input: Some(input), .. } if input == "21"),
        "{history:#?}"
    );
    let streamed: Vec<_> = run.instance().history_stream().try_collect().await?;
    assert_eq!(streamed, history);
    let unknown = app.client().instance(env.id("unknown")).history().await;
    assert!(matches!(unknown, Err(RuntimeError::NotFound { .. })), "{unknown:?}");
    worker.shutdown().await
}

async fn list_and_history_are_unsupported_before_dapr_1_17(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(echo).start().await?;
    let run = app.client().schedule(echo(1).id(env.id("a"))).await?;
    run.result_within(SOON).await?;
    let list = app.client().list().next().await;
    assert!(matches!(list, Err(RuntimeError::Unsupported { .. })), "{list:?}");
    let history = events(run.instance()).await;
    assert!(matches!(history, Err(RuntimeError::Unsupported { .. })), "{history:?}");
    worker.shutdown().await
}

const APPROVAL: Event<Approval> = Event::new("manager_approval");

#[derive(Debug, Serialize, Deserialize)]
struct Approval {
    approved: bool,
}

#[workflow]
async fn over_http(n: u32) -> Result<String> {
    let approval = APPROVAL.recv().await?;
    Ok(format!("{n} {}", approval.approved))
}

/// The quickstart's alternative to a client: start, ask and raise with nothing but HTTP.
async fn http_api(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(over_http).start().await?;
    app.wait_until_connected().await?;
    let (base, id) = (format!("{}/v1.0/workflows/dapr", app.http()), env.id("a"));
    let started = http::post(&format!("{base}/over_http/start?instanceID={id}"), "7").await?;
    assert_eq!((started.status, started.json()["instanceID"].as_str()), (202, Some(id.as_str())));
    let instance = app.client().instance(&id);
    until_status(&instance, Status::Running).await?;
    for (call, status) in [("pause", Status::Suspended), ("resume", Status::Running)] {
        assert_eq!(http::post(&format!("{base}/{id}/{call}"), "").await?.status, 202);
        until_status(&instance, status).await?;
    }
    let raised =
        http::post(&format!("{base}/{id}/raiseEvent/manager_approval"), r#"{"approved":true}"#).await?;
    assert_eq!(raised.status, 202);
    instance.wait_for_completion(SOON).await?;
    let state = http::get(&format!("{base}/{id}")).await?.json();
    assert_eq!(
        (state["runtimeStatus"].as_str(), state["workflowName"].as_str()),
        (Some("COMPLETED"), Some("over_http"))
    );
    assert_eq!(state["properties"]["dapr.workflow.output"], "\"7 true\"");
    assert_eq!(http::post(&format!("{base}/{id}/purge"), "").await?.status, 202);
    assert_eq!(http::get(&format!("{base}/{id}")).await?.status, 404);
    worker.shutdown().await
}

#[workflow]
async fn fails(text: String) -> Result<()> {
    Err(dacapo::Error::with_type("OutOfStock", text))
}

/// HTTP callers send no body where there is no argument; it reaches the worker as an empty text.
#[workflow]
async fn without_arguments() -> Result<()> {
    Ok(())
}

async fn http_api_of_a_failed_workflow(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(fails).workflow(without_arguments).start().await?;
    app.wait_until_connected().await?;
    let (base, id) = (format!("{}/v1.0/workflows/dapr", app.http()), env.id("a"));
    http::post(&format!("{base}/fails/start?instanceID={id}"), r#""no cars left""#).await?;
    app.client().instance(&id).wait_for_completion(SOON).await?;
    let state = http::get(&format!("{base}/{id}")).await?.json();
    assert_eq!(state["runtimeStatus"], "FAILED");
    assert_eq!(state["properties"]["dapr.workflow.failure.error_type"], "OutOfStock");
    assert_eq!(state["properties"]["dapr.workflow.failure.error_message"], "no cars left");
    let id = env.id("b");
    http::post(&format!("{base}/without_arguments/start?instanceID={id}"), "").await?;
    let state = app.client().instance(&id).wait_for_completion(SOON).await?;
    assert_eq!(state.status, Status::Completed, "{state:?}");
    worker.shutdown().await
}
