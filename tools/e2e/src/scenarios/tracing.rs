//! Traces: daprd makes the spans, the worker hands them on.

use std::collections::BTreeMap;
use std::sync::Arc;

use dacapo::prelude::*;
use tokio::sync::Mutex;
use tracing::Instrument as _;

use super::support::{SOON, until};
use crate::harness::{Collector, Process, Span};
use crate::scenario::Env;

super::scenarios![
    one_connected_trace.since(1, 17).daprd_only(),
    instances_without_a_trace_begin_their_own.daprd_only(),
    spans_of_users_are_part_of_the_trace.since(1, 17).daprd_only(),
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

#[activity]
async fn debit(n: u32) -> u32 {
    async { n + 1 }.instrument(tracing::info_span!("at the bank")).await
}

#[workflow]
async fn transfer(n: u32) -> Result<u32> {
    let debited = debit(n).await?;
    info!("half of it");
    Ok(debit(debited).await?)
}

/// A program that exports its spans: what it does is part of its own span `an order`.
pub(super) async fn traced_program() -> Result<Worker> {
    let dapr = Connection::from_env().await?;
    let worker = Worker::builder(&dapr).workflow(transfer).activity(debit).start().await?;
    let order = async {
        let run = Client::new(&dapr).schedule(transfer(1).id("transfer")).await?;
        dacapo::Result::<u32>::Ok(run.result_within(SOON).await?)
    };
    order.instrument(tracing::info_span!("an order")).await?;
    Ok(worker)
}

/// The names of a span and of those that it is part of.
fn path<'a>(spans: &'a [Span], leaf: &'a Span) -> Vec<&'a str> {
    let parent = |span: &Span| spans.iter().find(|other| Some(&other.id) == span.parent_id.as_ref());
    std::iter::successors(Some(leaf), |span| parent(span)).map(|span| span.name.as_str()).collect()
}

async fn spans_of_users_are_part_of_the_trace(env: Env) -> Result<()> {
    let collector = Collector::start().await?;
    let app = env.app_with(env.options().configuration(collector.configuration())).await?;
    let mut program = Process::new("the program", std::env::current_exe()?, env.folder().join("program.log"));
    program.set_arguments(["--serve-worker", "traced"]);
    program.set_variable("DAPR_GRPC_PORT", app.grpc_port().to_string());
    program.set_variable("E2E_ZIPKIN", collector.address());
    program.start()?;
    let ours = || collector.named("an order").first().map(|span| collector.trace(&span.trace_id));
    let expected = [
        ("at the bank", 2),
        ("activity", 2),
        ("activity||debit", 2),
        ("orchestration||transfer", 1),
        ("create_orchestration||transfer", 1),
        ("schedule", 1),
        ("an order", 1),
    ];
    let complete = |spans: &[Span]| {
        expected.iter().all(|(name, count)| spans.iter().filter(|span| span.name == *name).count() == *count)
    };
    let come = || async { Ok(ours().is_some_and(|spans| complete(&spans))) };
    until("all spans to come".to_owned(), come).await?;
    let spans = ours().unwrap_or_default();
    for leaf in spans.iter().filter(|span| span.name == "at the bank") {
        let path = path(&spans, leaf);
        let mut names = expected.iter().map(|(name, _)| *name).peekable();
        for name in &path {
            names.next_if(|expected| expected == name);
        }
        assert_eq!(names.next(), None, "it leads from the innermost span to the outermost: {path:?}");
    }
    assert!(collector.named("workflow").is_empty(), "code that is replayed has no spans");
    Ok(())
}
