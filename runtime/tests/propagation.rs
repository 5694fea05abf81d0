//! History that workflows hand down, on the embedded sidecar.
#![allow(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, but does not see that their helpers are tests too"
)]

use std::sync::atomic::{AtomicU32, Ordering};

use dacapo::client::HistoryEvent;
use dacapo::prelude::*;
use dacapo::{PropagatedHistory, Propagation, WorkflowCall};
use dacapo_sidecar::Sidecar;

/// How much is handed down.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Scope {
    Nothing,
    Own,
    Lineage,
}

use Scope::{Lineage, Nothing, Own};

/// The instances whose history was received, the farthest first.
fn seen(history: Option<&PropagatedHistory>) -> Option<Vec<String>> {
    Some(history?.workflows().iter().map(|workflow| workflow.instance_id.clone()).collect())
}

#[activity]
async fn looks(ctx: &ActivityContext) -> Option<Vec<String>> {
    seen(ctx.propagated_history())
}

#[activity]
async fn works(n: u32) -> u32 {
    n + 1
}

/// A chain of workflows, one a scope; the last one, or an activity of it, says what it sees.
#[workflow]
async fn relays(ctx: &WorkflowContext, scopes: Vec<Scope>, activity: bool) -> Result<Option<Vec<String>>> {
    works(1).await?;
    let Some((scope, rest)) = scopes.split_first() else { return Ok(seen(ctx.propagated_history())) };
    if activity && rest.is_empty() {
        return Ok(match scope {
            Nothing => looks().await?,
            Own => looks().propagate(Propagation::OwnHistory).await?,
            Lineage => looks().propagate(Propagation::Lineage).await?,
        });
    }
    let next = relays(rest.to_vec(), activity).id(format!("{}+", ctx.instance_id()));
    Ok(match scope {
        Nothing => next.await?,
        Own => next.propagate(Propagation::OwnHistory).await?,
        Lineage => next.propagate(Propagation::Lineage).await?,
    })
}

/// What it sees after it has continued as new.
#[workflow]
async fn renews(ctx: &WorkflowContext, is_renewed: bool) -> Result<Option<Vec<String>>> {
    if !is_renewed {
        return renews(true).continue_as_new().await;
    }
    Ok(seen(ctx.propagated_history()))
}

#[workflow]
async fn calls_renews(scope: Scope) -> Result<Option<Vec<String>>> {
    let next = renews(false).id("renewed");
    Ok(match scope {
        Nothing => next.await?,
        Own => next.propagate(Propagation::OwnHistory).await?,
        Lineage => next.propagate(Propagation::Lineage).await?,
    })
}

static FAILURES: AtomicU32 = AtomicU32::new(1);

#[activity(retry(max_attempts = 2, first_interval = "1ms"))]
async fn fails_once(n: u32) -> Result<u32> {
    let fails =
        FAILURES.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    if fails { Err(Error::with_type("Busy", "not now")) } else { Ok(n) }
}

#[workflow]
async fn sends() -> Result<Vec<String>> {
    works(1).await?;
    fails_once(7).await?;
    Ok(audits().propagate(Propagation::OwnHistory).await?)
}

/// What every query of its caller's history says.
#[workflow]
async fn audits(ctx: &WorkflowContext) -> Result<Vec<String>> {
    let Some(history) = ctx.propagated_history() else { return Ok(vec![]) };
    let Some(caller) = history.last_workflow("sends") else { return Ok(vec![]) };
    let attempts = caller.activities(fails_once.name());
    let work = caller.last_activity(works.name());
    let started = |entry: &&dacapo::client::HistoryEntry| matches!(entry.event, HistoryEvent::Started { .. });
    Ok(vec![
        format!("{:?} from {:?}", history.scope(), history.app_ids()),
        attempts
            .iter()
            .map(|call| format!("{} {} {:?} {:?}", call.failed, call.completed, call.input, call.output))
            .collect(),
        attempts
            .iter()
            .filter_map(|call| call.error.as_ref())
            .map(|error| error.error_type.clone())
            .collect(),
        work.map_or(String::new(), |work| format!("{:?} -> {:?}", work.input, work.output)),
        format!("{} started", history.events().filter(started).count()),
        format!("{}", history.events_of_instance("sender").count() == caller.events.len()),
    ])
}

struct Bench {
    _sidecar: Sidecar,
    _worker: Worker,
    client: Client,
}

impl Bench {
    async fn new() -> Self {
        let sidecar = Sidecar::builder().in_memory().port(0).start().await.unwrap();
        let dapr = Connection::to(sidecar.endpoint()).unwrap();
        let worker = Worker::builder(&dapr).register_all().start().await.unwrap();
        Self { _sidecar: sidecar, _worker: worker, client: Client::new(&dapr) }
    }

    async fn result<M: dacapo::Workflow>(&self, call: WorkflowCall<M>) -> M::Output {
        let run = self.client.schedule(call).await.unwrap();
        run.result_within(Duration::from_secs(60)).await.unwrap()
    }

    async fn relayed(&self, scopes: &[Scope], activity: bool) -> Option<Vec<String>> {
        self.result(relays(scopes.to_vec(), activity).id("a")).await
    }
}

fn ids(ids: &[&str]) -> Option<Vec<String>> {
    Some(ids.iter().map(|id| (*id).to_owned()).collect())
}

#[tokio::test]
async fn nothing_is_handed_down_unless_it_is_asked_for() {
    let bench = Bench::new().await;
    assert_eq!(bench.relayed(&[Nothing], false).await, None);
    assert_eq!(bench.relayed(&[Nothing], true).await, None);
    assert_eq!(bench.relayed(&[Lineage, Nothing], false).await, None);
}

#[tokio::test]
async fn a_lineage_reaches_children_and_activities_over_every_hop() {
    let bench = Bench::new().await;
    assert_eq!(bench.relayed(&[Lineage], false).await, ids(&["a"]));
    assert_eq!(bench.relayed(&[Lineage, Lineage], false).await, ids(&["a", "a+"]));
    assert_eq!(bench.relayed(&[Lineage, Lineage, Lineage], true).await, ids(&["a", "a+", "a++"]));
}

#[tokio::test]
async fn own_history_ends_what_came_from_before() {
    let bench = Bench::new().await;
    assert_eq!(bench.relayed(&[Own, Own], false).await, ids(&["a+"]));
    assert_eq!(bench.relayed(&[Lineage, Own], true).await, ids(&["a+"]));
    assert_eq!(bench.relayed(&[Own, Lineage], false).await, ids(&["a", "a+"]));
}

#[tokio::test]
async fn what_was_received_goes_on_into_the_next_generation_and_nothing_does_otherwise() {
    let bench = Bench::new().await;
    assert_eq!(bench.result(calls_renews(Lineage).id("p")).await, ids(&["p", "renewed"]));
    assert_eq!(bench.result(calls_renews(Own).id("p")).await, ids(&["renewed"]));
    assert_eq!(bench.result(calls_renews(Nothing).id("p")).await, None);
}

#[tokio::test]
async fn calls_events_and_attempts_of_the_caller_can_be_asked_for() {
    let bench = Bench::new().await;
    let audit = bench.result(sends().id("sender")).await;
    let [from, attempts, errors, work, started, events] = &audit[..] else { panic!("{audit:?}") };
    assert_eq!(from, r#"Some(OwnHistory) from ["dacapo"]"#);
    assert_eq!(attempts, r#"true false Some("7") Nonefalse true Some("7") Some("7")"#);
    assert_eq!((errors.as_str(), work.as_str()), ("Busy", r#"Some("1") -> Some("2")"#));
    assert_eq!((started.as_str(), events.as_str()), ("1 started", "true"));
}
