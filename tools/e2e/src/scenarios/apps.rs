//! Several apps, and workflows that nobody waits for.

use std::time::SystemTime;

use dacapo::client::{HistoryEvent, RunError, Status};
use dacapo::prelude::*;
use tokio::sync::watch;

use super::support::{Counter, GO, SOON, events, until, until_status};
use crate::harness::Release;
use crate::scenario::{Env, Target};

super::scenarios![
    activity_of_another_app.daprd_only(),
    child_of_another_app.daprd_only(),
    other_app_comes_later.since(1, 17).daprd_only(),
    failures_of_another_app.daprd_only(),
    namespaces_are_refused_where_they_are_not_known.before(1, 19),
    apps_of_another_namespace.daprd_only(),
    // Before, daprd does not keep a result for an app that nobody hosts at the moment.
    result_of_another_app_while_the_caller_is_away.since(1, 18).daprd_only(),
    detached_is_refused_where_it_is_not_known.before(1, 19),
    detached_workflow.since(1, 19),
    detached_default_ids.since(1, 19),
    detached_with_tags_and_start_time.since(1, 19),
    detached_survives_its_caller.since(1, 19),
    detached_in_another_app.since(1, 19).daprd_only(),
];

/// What the other app runs.
mod remote {
    use super::*;

    #[activity]
    pub(super) async fn double(ctx: &ActivityContext, n: u32) -> Result<u32, Odd> {
        if n % 2 == 1 { Err(Odd { n }) } else { Ok(n * 2 + u32::from(ctx.instance_id().is_empty())) }
    }

    #[workflow]
    pub(super) async fn quadruple(n: u32) -> Result<u32> {
        let doubled = double(n).await?;
        Ok(double(doubled).await?)
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{n} is odd")]
struct Odd {
    n: u32,
}

/// What this app knows of it: signatures.
mod declared {
    use super::*;

    #[activity(app = "activity-of-another-app-1")]
    pub(super) async fn double(n: u32) -> Result<u32, Odd>;

    #[workflow(app = "child-of-another-app-1")]
    pub(super) async fn quadruple(n: u32) -> Result<u32>;
}

#[workflow]
async fn calls_an_activity(n: u32) -> Result<u32> {
    Ok(declared::double(n).await?)
}

async fn activity_of_another_app(env: Env) -> Result<()> {
    let (here, there) = (env.app().await?, env.app().await?);
    let caller = here.worker().workflow(calls_an_activity).start().await?;
    let callee = there.worker().activity(remote::double).start().await?;
    there.wait_until_connected().await?;
    let run = here.client().schedule(calls_an_activity(4).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 8);
    caller.shutdown().await?;
    callee.shutdown().await
}

#[workflow]
async fn calls_a_child() -> Result<(u32, u32)> {
    let (own, named) =
        (declared::quadruple(4), declared::quadruple(6).id("child_of_another_app-child")).await;
    Ok((own?, named?))
}

async fn child_of_another_app(env: Env) -> Result<()> {
    let (here, there) = (env.app().await?, env.app().await?);
    let caller = here.worker().workflow(calls_a_child).start().await?;
    let callee = there.worker().workflow(remote::quadruple).activity(remote::double).start().await?;
    there.wait_until_connected().await?;
    let run = here.client().schedule(calls_a_child().id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, (16, 24));
    let child = there.client().run(remote::quadruple, env.id("child"));
    assert_eq!(child.result_within(SOON).await?, 24, "it is an instance of the other app");
    caller.shutdown().await?;
    callee.shutdown().await
}

#[workflow]
async fn calls_out(app: String) -> Result<u32> {
    Ok(remote::double(4).app(app).await?)
}

async fn other_app_comes_later(env: Env) -> Result<()> {
    let (here, mut there) = (env.app().await?, env.stopped_app(env.options()).await?);
    let caller = here.worker().workflow(calls_out).start().await?;
    let call = calls_out(there.id().to_owned()).start_at(Timestamp::UNIX_EPOCH).id(env.id("a"));
    let run = here.client().schedule(call).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    there.start().await?;
    let callee = there.worker().activity(remote::double).start().await?;
    assert_eq!(run.result_within(SOON).await?, 8);
    caller.shutdown().await?;
    callee.shutdown().await
}

#[workflow]
async fn survives_failures(app: String) -> Result<(Option<Odd>, String)> {
    let odd = remote::double(3).app(app.clone()).await.expect_err("3 is odd");
    let unknown = unknown_there().app(app).await.expect_err("nobody registered it");
    Ok((odd.into_error(), unknown.details().error_type.clone()))
}

#[activity]
async fn unknown_there() {}

async fn failures_of_another_app(env: Env) -> Result<()> {
    let (here, there) = (env.app().await?, env.app().await?);
    let caller = here.worker().workflow(survives_failures).start().await?;
    let callee = there.worker().activity(remote::double).start().await?;
    there.wait_until_connected().await?;
    let run = here.client().schedule(survives_failures(there.id().to_owned()).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, (Some(Odd { n: 3 }), "ActivityNotRegistered".to_owned()));
    caller.shutdown().await?;
    callee.shutdown().await
}

#[workflow]
async fn calls_into(namespace: String, app: String) -> Result<u32> {
    Ok(remote::double(4).app_in(namespace, app).await?)
}

/// daprd up to 1.18.0 would call the app of that name in its own namespace.
async fn namespaces_are_refused_where_they_are_not_known(env: Env) -> Result<()> {
    let (here, there) = (env.app().await?, env.app().await?);
    let caller = here.worker().workflow(calls_into).start().await?;
    let callee = there.worker().activity(remote::double).start().await?;
    there.wait_until_connected().await?;
    let call = calls_into("west".to_owned(), there.id().to_owned()).id(env.id("a"));
    let run = here.client().schedule(call).await?;
    let Err(RunError::Failed(failure)) = run.result_within(SOON).await else { panic!("it is refused") };
    assert_eq!(failure.details().error_type, "NamespaceUnsupported");
    caller.shutdown().await?;
    callee.shutdown().await
}

/// Apps of a namespace that is not the default one find each other.
async fn apps_of_another_namespace(env: Env) -> Result<()> {
    let here = env.app_with(env.options().namespace("east")).await?;
    let there = env.app_with(env.options().namespace("east")).await?;
    let caller = here.worker().workflow(calls_out).start().await?;
    let callee = there.worker().activity(remote::double).start().await?;
    there.wait_until_connected().await?;
    let run = here.client().schedule(calls_out(there.id().to_owned()).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 8);
    caller.shutdown().await?;
    callee.shutdown().await
}

#[activity]
async fn gated(gate: State<watch::Sender<bool>>) -> Result<u32> {
    gate.subscribe().wait_for(|open| *open).await?;
    Ok(7)
}

#[workflow]
async fn waits_for_the_other_app(app: String) -> Result<u32> {
    Ok(gated().app(app).await?)
}

async fn result_of_another_app_while_the_caller_is_away(env: Env) -> Result<()> {
    let (here, there, gate) = (env.app().await?, env.app().await?, watch::Sender::new(false));
    let start = || here.worker().workflow(waits_for_the_other_app).start();
    let caller = start().await?;
    let callee = there.worker().activity(gated).state(gate.clone()).start().await?;
    there.wait_until_connected().await?;
    let call = waits_for_the_other_app(there.id().to_owned()).id(env.id("a"));
    let run = here.client().schedule(call).await?;
    caller.shutdown().await?;
    here.wait_until_alone().await?;
    gate.send_replace(true);
    // Lets the callee answer while nobody is there to hear it.
    callee.shutdown().await?;
    let caller = start().await?;
    assert_eq!(run.result_within(SOON).await?, 7);
    caller.shutdown().await
}

#[activity]
async fn count(counter: State<Counter>) -> u32 {
    counter.add()
}

#[workflow]
async fn job(fail: bool) -> Result<u32> {
    if fail {
        return Err(dacapo::Error::msg("the job fails"));
    }
    Ok(count().await?)
}

#[workflow]
async fn spawns(ctx: &WorkflowContext, fail: bool) -> Result<String> {
    let id = format!("{}-job", ctx.instance_id());
    let started = ctx.start_detached(job(fail).id(id))?;
    // A replay must not start it again.
    GO.recv().await?;
    Ok(started)
}

async fn detached_workflow(env: Env) -> Result<()> {
    let (app, counter) = (env.app().await?, Counter::default());
    let worker =
        app.worker().workflow(spawns).workflow(job).activity(count).state(counter.clone()).start().await?;
    for (id, fail) in [("good", false), ("bad", true)] {
        let run = app.client().schedule(spawns(fail).id(env.id(id))).await?;
        let job = app.client().run(job, format!("{}-job", run.id()));
        until("the job to exist".to_owned(), || async { Ok(job.status().await.is_ok()) }).await?;
        run.raise(GO, ()).await?;
        assert_eq!(run.result_within(SOON).await?, job.id());
        assert_eq!(job.result_within(SOON).await.is_err(), fail);
        let history = events(run.instance()).await?;
        let created =
            history.iter().filter(|event| matches!(event, HistoryEvent::DetachedCreated { .. })).count();
        assert_eq!(created, 1, "{history:#?}");
        assert!(!history.iter().any(|event| matches!(
            event,
            HistoryEvent::ChildFailed { .. } | HistoryEvent::ChildCompleted { .. }
        )));
    }
    assert_eq!(counter.count(), 1);
    worker.shutdown().await
}

#[workflow]
async fn spawns_at_once(ctx: &WorkflowContext) -> Result<String> {
    ctx.start_detached(job(false))
}

#[workflow]
async fn spawns_later(ctx: &WorkflowContext) -> Result<String> {
    GO.recv().await?;
    ctx.start_detached(job(false))
}

/// daprd up to 1.18.0 would repeat the turn every second for ever.
async fn detached_is_refused_where_it_is_not_known(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(spawns_at_once).workflow(spawns_later).start().await?;
    let run = app.client().schedule(spawns_at_once().id(env.id("at-once"))).await?;
    let Err(RunError::Failed(failure)) = run.result_within(SOON).await else { panic!("it fails") };
    assert_eq!(failure.details().error_type, "DetachedUnsupported");
    assert!(failure.to_string().contains("dacapo-sidecar"), "{failure}");
    let run = app.client().schedule(spawns_later().id(env.id("later"))).await?;
    run.raise(GO, ()).await?;
    // Before, no instance can wait for a newer sidecar.
    let stalls = !matches!(env.target(), Target::Dapr(release) if release < Release::new(1, 17, 0));
    until_status(run.instance(), if stalls { Status::Stalled } else { Status::Failed }).await?;
    worker.shutdown().await
}

#[workflow]
async fn spawns_three(ctx: &WorkflowContext, own: String) -> Result<Vec<String>> {
    Ok(vec![
        ctx.start_detached(job(false))?,
        ctx.start_detached(job(false).id(own))?,
        ctx.start_detached(job(false))?,
    ])
}

async fn detached_default_ids(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app
        .worker()
        .workflow(spawns_three)
        .workflow(job)
        .activity(count)
        .state(Counter::default())
        .start()
        .await?;
    let run = app.client().schedule(spawns_three(env.id("own")).id(env.id("a"))).await?;
    let ids = run.result_within(SOON).await?;
    assert_eq!(ids, [format!("{}-0", run.id()), env.id("own"), format!("{}-1", run.id())]);
    for id in ids {
        app.client().instance(id).wait_for_completion(SOON).await?;
    }
    worker.shutdown().await
}

/// Tags, and whether there is a parent.
#[workflow]
async fn shows_itself(ctx: &WorkflowContext) -> Result<(Vec<(String, String)>, bool)> {
    Ok((ctx.tags().into_iter().collect(), ctx.parent().is_some()))
}

#[workflow]
async fn spawns_tagged(ctx: &WorkflowContext, id: String) -> Result<()> {
    let later = ctx.now() + Duration::from_secs(2);
    ctx.start_detached(shows_itself().tag("team", "red").tag("size", "1").start_at(later).id(id))?;
    Ok(())
}

async fn detached_with_tags_and_start_time(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(spawns_tagged).workflow(shows_itself).start().await?;
    let begun = Timestamp::from(SystemTime::now());
    let run = app.client().schedule(spawns_tagged(env.id("tagged")).id(env.id("a"))).await?;
    run.result_within(SOON).await?;
    let tagged = app.client().run(shows_itself, env.id("tagged"));
    until("the instance to exist".to_owned(), || async { Ok(tagged.status().await.is_ok()) }).await?;
    let (tags, has_parent) = tagged.result_within(SOON).await?;
    let expected = [("size", "1"), ("team", "red")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!((tags, has_parent), (expected.to_vec(), false));
    let first = tagged.instance().history().await?.remove(0);
    assert!(first.at >= begun + Duration::from_secs(2), "it began at {}, scheduled at {begun}", first.at);
    worker.shutdown().await
}

#[workflow]
async fn waits_for_go() -> Result<()> {
    GO.recv().await?;
    Ok(())
}

#[workflow]
async fn spawns_and_waits(ctx: &WorkflowContext, id: String) -> Result<()> {
    ctx.start_detached(waits_for_go().id(id))?;
    waits_for_go().await?;
    Ok(())
}

async fn detached_survives_its_caller(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(spawns_and_waits).workflow(waits_for_go).start().await?;
    let run = app.client().schedule(spawns_and_waits(env.id("detached")).id(env.id("a"))).await?;
    let detached = app.client().instance(env.id("detached"));
    until("the instance to run".to_owned(), || async {
        Ok(detached.get().await.is_ok_and(|state| state.status == Status::Running))
    })
    .await?;
    run.terminate(()).await?;
    let Err(RunError::Terminated { .. }) = run.result_within(SOON).await else { panic!("it is terminated") };
    run.purge(dacapo::client::Purge::default().with_children().by_force()).await?;
    assert_eq!(detached.get().await?.status, Status::Running);
    detached.raise(GO, ()).await?;
    until_status(&detached, Status::Completed).await?;
    worker.shutdown().await
}

#[workflow]
async fn spawns_there(ctx: &WorkflowContext, app: String, id: String) -> Result<()> {
    ctx.start_detached(remote::quadruple(4).app(app).id(id))?;
    Ok(())
}

async fn detached_in_another_app(env: Env) -> Result<()> {
    let (here, there) = (env.app().await?, env.app().await?);
    let caller = here.worker().workflow(spawns_there).start().await?;
    let callee = there.worker().workflow(remote::quadruple).activity(remote::double).start().await?;
    there.wait_until_connected().await?;
    let call = spawns_there(there.id().to_owned(), env.id("job")).id(env.id("a"));
    here.client().schedule(call).await?.result_within(SOON).await?;
    let job = there.client().run(remote::quadruple, env.id("job"));
    until("the job to exist".to_owned(), || async { Ok(job.status().await.is_ok()) }).await?;
    assert_eq!(job.result_within(SOON).await?, 16);
    caller.shutdown().await?;
    callee.shutdown().await
}
