//! Child workflows.

use dacapo::client::{HistoryEvent, RunError, Status};
use dacapo::prelude::*;

use super::support::{Counter, GO, SOON, events, until, until_status};
use crate::scenario::Env;

super::scenarios![
    child_with_its_own_id,
    child_with_the_default_id,
    children_side_by_side,
    three_levels,
    parent_info,
    child_fails,
    child_is_retried,
    child_on_an_occupied_id.since(1, 19),
    child_that_waits_for_its_id.before(1, 19),
    terminate_reaches_all_descendants,
    terminated_child_fails_its_parent,
];

#[workflow]
async fn leaf(n: u32) -> Result<u32> {
    Ok(n * 2)
}

#[workflow]
async fn parent_of(child_id: Option<String>) -> Result<u32> {
    Ok(match child_id {
        Some(id) => leaf(21).id(id).await?,
        None => leaf(21).await?,
    })
}

async fn child_with_its_own_id(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(parent_of).workflow(leaf).start().await?;
    let run = app.client().schedule(parent_of(Some(env.id("child"))).id(env.id("parent"))).await?;
    assert_eq!(run.result_within(SOON).await?, 42);
    let child = app.client().run(leaf, env.id("child"));
    assert_eq!(child.result_within(SOON).await?, 42);
    worker.shutdown().await
}

async fn child_with_the_default_id(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(parent_of).workflow(leaf).start().await?;
    let run = app.client().schedule(parent_of(None).id(env.id("parent"))).await?;
    assert_eq!(run.result_within(SOON).await?, 42);
    let child = app.client().instance(format!("{}:0000", run.id())).get().await?;
    assert_eq!((child.name.as_str(), child.status), ("leaf", Status::Completed));
    worker.shutdown().await
}

#[workflow]
async fn many_children(count: u32) -> Result<u32> {
    Ok(all((0..count).map(leaf).collect::<Vec<_>>()).await?.into_iter().sum())
}

async fn children_side_by_side(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(many_children).workflow(leaf).start().await?;
    let run = app.client().schedule(many_children(20).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 380);
    worker.shutdown().await
}

#[workflow]
async fn nested(depth: u32) -> Result<u32> {
    if depth == 0 {
        return Ok(1);
    }
    let (left, right) = (nested(depth - 1), nested(depth - 1)).await;
    Ok(left? + right? + 1)
}

async fn three_levels(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(nested).start().await?;
    let run = app.client().schedule(nested(3).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 15);
    worker.shutdown().await
}

/// Who called: instance, workflow and app.
type Caller = Option<(String, String, Option<String>)>;

#[workflow]
async fn who_called(ctx: &WorkflowContext) -> Result<Caller> {
    Ok(ctx.parent().map(|parent| (parent.instance_id.clone(), parent.name.clone(), parent.app_id.clone())))
}

#[workflow]
async fn caller(child_id: String) -> Result<Caller> {
    Ok(who_called().id(child_id).await?)
}

async fn parent_info(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(caller).workflow(who_called).start().await?;
    let run = app.client().schedule(caller(env.id("child")).id(env.id("parent"))).await?;
    let (instance, name, _) = run.result_within(SOON).await?.expect("a child has a parent");
    assert_eq!((instance, name.as_str()), (env.id("parent"), "caller"));
    let orphan = app.client().schedule(who_called().id(env.id("orphan"))).await?;
    assert_eq!(orphan.result_within(SOON).await?, None);
    worker.shutdown().await
}

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("no more than {limit}")]
struct Limit {
    limit: u32,
}

#[workflow]
async fn failing_child(counter_limit: u32) -> Result<(), Limit> {
    Err(Limit { limit: counter_limit })
}

#[workflow]
async fn parent_of_a_failure() -> Result<Option<u32>> {
    let failure = failing_child(3).await.expect_err("it fails");
    assert_eq!(failure.details().error_type, "Limit");
    Ok(failure.error().map(|error| error.limit))
}

async fn child_fails(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(parent_of_a_failure).workflow(failing_child).start().await?;
    let run = app.client().schedule(parent_of_a_failure().id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, Some(3));
    worker.shutdown().await
}

#[activity]
async fn count(counter: State<Counter>) -> u32 {
    counter.add()
}

#[workflow]
async fn fails_twice() -> Result<u32, Limit> {
    match count().await {
        Ok(attempt) if attempt > 2 => Ok(attempt),
        _ => Err(Limit { limit: 2 }),
    }
}

#[workflow]
async fn persistent_parent(child_id: Option<String>) -> Result<u32> {
    let policy = RetryPolicy::new(5).first_interval(Duration::from_millis(20));
    let child = fails_twice().retry(policy);
    Ok(match child_id {
        Some(id) => child.id(id).await?,
        None => child.await?,
    })
}

async fn child_is_retried(env: Env) -> Result<()> {
    let app = env.app().await?;
    for (id, child) in [("default", None), ("named", Some(env.id("child")))] {
        let worker = app.worker().workflow(persistent_parent).workflow(fails_twice).activity(count);
        let worker = worker.state(Counter::default()).start().await?;
        let run = app.client().schedule(persistent_parent(child).id(env.id(id))).await?;
        assert_eq!(run.result_within(SOON).await?, 3, "{id}");
        worker.shutdown().await?;
        app.wait_until_alone().await?;
    }
    Ok(())
}

#[workflow]
async fn waits_for_go() -> Result<()> {
    GO.recv().await?;
    Ok(())
}

#[workflow]
async fn wants_the_same_child(child_id: String) -> Result<String> {
    let failure = waits_for_go().id(child_id).await.expect_err("the id is in use");
    Ok(failure.details().error_type.clone())
}

async fn child_on_an_occupied_id(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(wants_the_same_child).workflow(waits_for_go).start().await?;
    app.client().schedule(waits_for_go().id(env.id("child"))).await?;
    let run = app.client().schedule(wants_the_same_child(env.id("child")).id(env.id("parent"))).await?;
    assert_eq!(run.result_within(SOON).await?, "WorkflowInstanceAlreadyExists");
    worker.shutdown().await
}

#[workflow]
async fn waits_its_turn(child_id: String) -> Result<()> {
    Ok(waits_for_go().id(child_id).await?)
}

/// Up to 1.18.0 daprd tries again until the id is free.
async fn child_that_waits_for_its_id(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(waits_its_turn).workflow(waits_for_go).start().await?;
    let occupant = app.client().schedule(waits_for_go().id(env.id("child"))).await?;
    let parent = waits_its_turn(env.id("child")).start_at(Timestamp::UNIX_EPOCH).id(env.id("parent"));
    let parent = app.client().schedule(parent).await?;
    let refused = || app.log().contains("already exists");
    until("the sidecar to find the id in use".to_owned(), || async { Ok(refused()) }).await?;
    occupant.raise(GO, ()).await?;
    // The child takes the id as soon as it is free; only the parent shows whose it is.
    parent.wait_for_start(SOON).await?;
    occupant.raise(GO, ()).await?;
    parent.result_within(SOON).await?;
    worker.shutdown().await
}

#[workflow]
async fn tree(ctx: &WorkflowContext, depth: u32) -> Result<()> {
    if depth == 0 {
        GO.recv().await?;
        count().await?;
        return Ok(());
    }
    let id = ctx.instance_id();
    let (left, right) = (tree(depth - 1).id(format!("{id}-l")), tree(depth - 1).id(format!("{id}-r"))).await;
    left?;
    right?;
    Ok(())
}

async fn terminate_reaches_all_descendants(env: Env) -> Result<()> {
    let (app, counter) = (env.app().await?, Counter::default());
    let worker = app.worker().workflow(tree).activity(count).state(counter.clone()).start().await?;
    let run = app.client().schedule(tree(2).id(env.id("a"))).await?;
    let leaves =
        ["l-l", "l-r", "r-l", "r-r"].map(|path| app.client().instance(format!("{}-{path}", run.id())));
    for leaf in &leaves {
        let begun = async || Ok(leaf.get().await.is_ok_and(|state| state.status == Status::Running));
        until("a leaf to begin".to_owned(), begun).await?;
    }
    run.terminate("enough").await?;
    let Err(RunError::Terminated { output, .. }) = run.result_within(SOON).await else {
        panic!("it is terminated")
    };
    assert_eq!(output.as_deref(), Some("\"enough\""));
    for leaf in &leaves {
        until_status(leaf, Status::Terminated).await?;
        leaf.raise(GO, ()).await?;
    }
    assert_eq!(counter.count(), 0, "no activity of a terminated leaf runs");
    worker.shutdown().await
}

#[workflow]
async fn survives_its_child(child_id: String) -> Result<String> {
    let failure = waits_for_go().id(child_id).await.expect_err("the child is terminated");
    Ok(failure.details().message.clone())
}

async fn terminated_child_fails_its_parent(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(survives_its_child).workflow(waits_for_go).start().await?;
    let run = app.client().schedule(survives_its_child(env.id("child")).id(env.id("parent"))).await?;
    let child = app.client().instance(env.id("child"));
    until("the child to begin".to_owned(), || async { Ok(child.get().await.is_ok()) }).await?;
    child.terminate_alone(()).await?;
    assert!(!run.result_within(SOON).await?.is_empty());
    let history = events(run.instance()).await.unwrap_or_default();
    assert!(
        history.is_empty() || history.iter().any(|event| matches!(event, HistoryEvent::ChildFailed { .. })),
        "{history:?}"
    );
    worker.shutdown().await
}
