//! Code that changes while instances run, as it should be done: patches and named versions.

use dacapo::RuntimeError;
use dacapo::client::{HistoryEvent, Instance, Purge, RunError, Status};
use dacapo::prelude::*;

use super::support::{GO, SOON, events, until_status};
use crate::harness::App;
use crate::scenario::Env;

super::scenarios![
    // Before 1.17 no decision is recorded, and a replay may make it again.
    patch_reaches_new_instances_only.since(1, 17),
    patches_are_recorded.since(1, 17),
    rollback_of_a_patch_stalls_and_recovers.since(1, 17),
    stalled_instances_refuse_what_needs_a_turn.since(1, 17).limit(240),
    named_versions_are_pinned.since(1, 17),
    missing_version_stalls_and_recovers.since(1, 17),
    patches_over_the_generations.since(1, 17),
];

mod before {
    use super::*;

    #[workflow(name = "evolving")]
    pub(super) async fn evolving() -> Result<String> {
        GO.recv().await?;
        GO.recv().await?;
        Ok("old".to_owned())
    }
}

mod after {
    use super::*;

    #[workflow(name = "evolving")]
    pub(super) async fn evolving(ctx: &WorkflowContext) -> Result<String> {
        GO.recv().await?;
        let patched = ctx.is_patched("new-words");
        GO.recv().await?;
        Ok(if patched { "new" } else { "old" }.to_owned())
    }
}

async fn patch_reaches_new_instances_only(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(before::evolving).start().await?;
    // One is past the patched place when the patch comes, the other before it.
    let past = app.client().schedule(before::evolving().id(env.id("past"))).await?;
    past.raise(GO, ()).await?;
    let early = app.client().schedule(before::evolving().id(env.id("early"))).await?;
    until_turns(past.instance(), 2).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(after::evolving).start().await?;
    past.raise(GO, ()).await?;
    assert_eq!(past.result_within(SOON).await?, "old");
    for _ in 0..2 {
        early.raise(GO, ()).await?;
    }
    assert_eq!(early.result_within(SOON).await?, "new");
    worker.shutdown().await
}

/// Waits until this many turns are recorded.
async fn until_turns(instance: &Instance, turns: usize) -> Result<()> {
    let is_turn = |event: &HistoryEvent| matches!(event, HistoryEvent::TurnStarted { .. });
    let enough = async || Ok(events(instance).await?.iter().filter(|event| is_turn(event)).count() >= turns);
    Ok(super::support::until(format!("{turns} turns"), enough).await?)
}

/// An instance of the patched workflow that is past its patch.
async fn patched(app: &App, id: String) -> Result<Instance> {
    let worker = app.worker().workflow(after::evolving).start().await?;
    let run = app.client().schedule(after::evolving().id(id)).await?;
    run.raise(GO, ()).await?;
    until_turns(run.instance(), 2).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    Ok(run.instance().clone())
}

async fn patches_are_recorded(env: Env) -> Result<()> {
    let app = env.app().await?;
    let instance = patched(&app, env.id("a")).await?;
    let recorded = events(&instance).await?.into_iter().find_map(|event| match event {
        HistoryEvent::TurnStarted { patches, .. } if !patches.is_empty() => Some(patches),
        _ => None,
    });
    assert_eq!(recorded.as_deref(), Some(&["new-words".to_owned()][..]));
    Ok(())
}

async fn rollback_of_a_patch_stalls_and_recovers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let instance = patched(&app, env.id("a")).await?;
    let run = app.client().run(after::evolving, instance.id());
    let worker = app.worker().workflow(before::evolving).start().await?;
    run.raise(GO, ()).await?;
    until_status(&instance, Status::Stalled).await?;
    match run.result_within(SOON).await {
        Err(RunError::Stalled { reason, .. }) => assert!(reason.contains("new-words"), "{reason}"),
        other => panic!("it must be stalled, but {other:?}"),
    }
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(after::evolving).start().await?;
    until_status(run.instance(), Status::Completed).await?;
    assert_eq!(run.result_within(SOON).await?, "new");
    worker.shutdown().await
}

async fn stalled_instances_refuse_what_needs_a_turn(env: Env) -> Result<()> {
    let app = env.app().await?;
    let instance = patched(&app, env.id("a")).await?;
    let worker = app.worker().workflow(before::evolving).start().await?;
    instance.raise(GO, ()).await?;
    until_status(&instance, Status::Stalled).await?;
    let client = app.client().deadline(Duration::from_secs(10));
    let instance = client.instance(instance.id());
    let refusals = [
        ("raise", instance.raise(GO, ()).await.err()),
        ("suspend", instance.suspend("").await.err()),
        ("resume", instance.resume("").await.err()),
        ("terminate", instance.terminate(()).await.err()),
        ("purge", instance.purge(Purge::default()).await.err()),
    ];
    for (call, error) in refusals {
        assert!(matches!(error, Some(RuntimeError::Stalled { .. })), "{call}: {error:?}");
    }
    assert_eq!(instance.purge(Purge::default().by_force()).await?, 1);
    worker.shutdown().await
}

mod one {
    use super::*;

    #[workflow(name = "versioned", version = "1", latest)]
    pub(super) async fn versioned() -> Result<u32> {
        GO.recv().await?;
        Ok(1)
    }
}

mod two {
    use super::*;

    #[workflow(name = "versioned", version = "1")]
    pub(super) async fn versioned_1() -> Result<u32> {
        GO.recv().await?;
        Ok(1)
    }

    #[workflow(name = "versioned", version = "2", latest)]
    pub(super) async fn versioned() -> Result<u32> {
        GO.recv().await?;
        Ok(2)
    }
}

async fn named_versions_are_pinned(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(one::versioned).start().await?;
    let old = app.client().schedule(one::versioned().id(env.id("old"))).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(two::versioned_1).workflow(two::versioned).start().await?;
    let new = app.client().schedule(two::versioned().id(env.id("new"))).await?;
    old.raise(GO, ()).await?;
    new.raise(GO, ()).await?;
    assert_eq!((old.result_within(SOON).await?, new.result_within(SOON).await?), (1, 2));
    for (run, version) in [(old.instance(), "1"), (new.instance(), "2")] {
        let recorded = events(run).await?.into_iter().find_map(|event| match event {
            HistoryEvent::TurnStarted { version, .. } => version,
            _ => None,
        });
        assert_eq!(recorded.as_deref(), Some(version));
    }
    worker.shutdown().await
}

async fn missing_version_stalls_and_recovers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(one::versioned).start().await?;
    let old = app.client().schedule(one::versioned().id(env.id("old"))).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(two::versioned).start().await?;
    old.raise(GO, ()).await?;
    until_status(old.instance(), Status::Stalled).await?;
    match old.result_within(SOON).await {
        Err(RunError::Stalled { reason, .. }) => assert!(reason.contains('1'), "{reason}"),
        other => panic!("it must be stalled, but {other:?}"),
    }
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(two::versioned_1).workflow(two::versioned).start().await?;
    until_status(old.instance(), Status::Completed).await?;
    assert_eq!(old.result_within(SOON).await?, 1);
    worker.shutdown().await
}

mod generations_before {
    use super::*;

    #[workflow(name = "generations")]
    pub(super) async fn generations(seen: Vec<bool>) -> Result<Vec<bool>> {
        GO.recv().await?;
        let seen = [seen, vec![false]].concat();
        if seen.len() == 3 {
            return Ok(seen);
        }
        return generations(seen).continue_as_new().await;
    }
}

mod generations_after {
    use super::*;

    #[workflow(name = "generations")]
    pub(super) async fn generations(ctx: &WorkflowContext, seen: Vec<bool>) -> Result<Vec<bool>> {
        let patched = ctx.is_patched("patch");
        GO.recv().await?;
        let seen = [seen, vec![patched]].concat();
        if seen.len() == 3 {
            return Ok(seen);
        }
        return generations(seen).continue_as_new().await;
    }
}

async fn patches_over_the_generations(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(generations_before::generations).start().await?;
    let run = app.client().schedule(generations_before::generations(Vec::new()).id(env.id("a"))).await?;
    worker.shutdown().await?;
    app.wait_until_alone().await?;
    let worker = app.worker().workflow(generations_after::generations).start().await?;
    for _ in 0..3 {
        run.raise(GO, ()).await?;
    }
    assert_eq!(run.result_within(SOON).await?, [false, true, true]);
    worker.shutdown().await
}
