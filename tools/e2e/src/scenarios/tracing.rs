//! Traces: daprd makes the spans, the worker hands them on.

use std::collections::BTreeMap;
use std::sync::Arc;

use dacapo::prelude::*;
use tokio::sync::Mutex;

use super::support::{SOON, until};
use crate::harness::{Collector, Span};
use crate::scenario::Env;

super::scenarios![
    one_connected_trace.since(1, 17).daprd_only(),
    instances_without_a_trace_begin_their_own.daprd_only()
];

/// The `traceparent` that each run of an activity saw.
type Seen = Arc<Mutex<Vec<String>>>;

#[activity]
async fn traced(ctx: &ActivityContext, seen: State<Seen>, n: u32) -> u32 {
    seen.lock().await.extend(ctx.trace_parent().map(str::to_owned));
    n + 1
}

#[workflow]
async fn traced_child(n: u32) -> Result<u32> {
    Ok(traced(n).await?)
}

#[workflow]
async fn traced_parent(ctx: &WorkflowContext) -> Result<u32> {
    let n = traced(1).await?;
    ctx.create_timer(Duration::from_millis(10)).await;
    Ok(traced_child(n).await?)
}

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

async fn one_connected_trace(env: Env) -> Result<()> {
    let collector = Collector::start().await?;
    let app = env.app_with(env.options().configuration(collector.configuration())).await?;
    let seen = Seen::default();
    let worker = app.worker().workflow(traced_parent).workflow(traced_child).activity(traced);
    let worker = worker.state(Arc::clone(&seen)).start().await?;
    let client = app.client().in_trace(Some(&format!("00-{TRACE}-{CALLER}-01")), None);
    let run = client.schedule(traced_parent().id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 3);
    let expected = [
        "create_orchestration||traced_parent",
        "orchestration||traced_parent",
        "orchestration||traced_child",
        "activity||traced",
        "timer",
    ];
    let complete = || {
        let spans = collector.trace(TRACE);
        expected.iter().all(|name| spans.iter().any(|span| span.name == *name))
            && spans.iter().filter(|span| span.name == "activity||traced").count() == 2
    };
    until("all spans to come".to_owned(), || async { Ok(complete()) }).await?;
    let spans = collector.trace(TRACE);
    every_span_leads_to_the_caller(&spans);
    for parent in seen.lock().await.iter() {
        let (trace, span) = (&parent[3..35], &parent[36..52]);
        assert_eq!(trace, TRACE);
        let own = spans.iter().find(|known| known.id == span).map(|span| span.name.as_str());
        assert_eq!(own, Some("activity||traced"), "{parent}");
    }
    assert_eq!(seen.lock().await.len(), 2);
    worker.shutdown().await
}

fn every_span_leads_to_the_caller(spans: &[Span]) {
    let parents = spans.iter().map(|span| (&span.id, span.parent_id.clone())).collect::<BTreeMap<_, _>>();
    for span in spans {
        let mut id = span.id.clone();
        while let Some(Some(parent)) = parents.get(&id) {
            id.clone_from(parent);
        }
        assert_eq!(id, CALLER, "{} ends at {id}: {spans:#?}", span.name);
    }
}

async fn instances_without_a_trace_begin_their_own(env: Env) -> Result<()> {
    let collector = Collector::start().await?;
    let app = env.app_with(env.options().configuration(collector.configuration())).await?;
    let seen = Seen::default();
    let worker =
        app.worker().workflow(traced_child).activity(traced).state(Arc::clone(&seen)).start().await?;
    let run = app.client().schedule(traced_child(1).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 2);
    let trace = seen.lock().await.first().map(|parent| parent[3..35].to_owned()).expect("it is traced");
    let names = || collector.trace(&trace).into_iter().map(|span| span.name).collect::<Vec<_>>();
    let complete = || names().iter().any(|name| name == "orchestration||traced_child");
    until("the workflow's span to come".to_owned(), || async { Ok(complete()) }).await?;
    worker.shutdown().await
}
