//! Suspend and resume, terminate, ids that are used again, custom status.

use dacapo::RuntimeError;
use dacapo::client::{RunError, Status};
use dacapo::prelude::*;
use tokio::sync::watch;

use super::support::{Counter, GO, SOON, until, until_status};
use crate::scenario::Env;

super::scenarios![
    suspend_holds_a_result_until_resume,
    // Before, daprd goes on showing it as suspended, and waits for its end for ever.
    suspended_instance_is_terminated.since(1, 17),
    terminate_ends_what_waits,
    id_of_a_running_instance_is_refused,
    id_of_an_ended_instance_is_used_again,
    custom_status,
    unknown_instances_are_not_found,
];

#[activity]
async fn gated(gate: State<watch::Sender<bool>>) -> Result<u32> {
    gate.subscribe().wait_for(|open| *open).await?;
    Ok(7)
}

#[activity]
async fn count(counter: State<Counter>) -> u32 {
    counter.add()
}

#[workflow]
async fn two_steps() -> Result<u32> {
    let first = gated().await?;
    Ok(first + count().await?)
}

async fn suspend_holds_a_result_until_resume(env: Env) -> Result<()> {
    let (app, counter) = (env.app().await?, Counter::default());
    let gate = watch::Sender::new(false);
    let worker = app.worker().workflow(two_steps).activity(gated).activity(count);
    let worker = worker.state(gate.clone()).state(counter.clone()).start().await?;
    let run = app.client().schedule(two_steps().id(env.id("a"))).await?;
    run.suspend("holiday").await?;
    run.suspend("still on holiday").await?;
    assert_eq!(run.status().await?.status, Status::Suspended);
    gate.send_replace(true);
    let updated = run.status().await?.updated_at;
    let arrived = async || Ok(run.status().await?.updated_at > updated);
    until("the result to arrive".to_owned(), arrived).await?;
    assert_eq!((run.status().await?.status, counter.count()), (Status::Suspended, 0));
    run.resume("back").await?;
    assert_eq!(run.result_within(SOON).await?, 8);
    assert_eq!(counter.count(), 1);
    worker.shutdown().await
}

#[workflow]
async fn waits_for_go() -> Result<u32> {
    GO.recv().await?;
    Ok(1)
}

async fn suspended_instance_is_terminated(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(waits_for_go).start().await?;
    let run = app.client().schedule(waits_for_go().id(env.id("a"))).await?;
    run.suspend("").await?;
    run.terminate(()).await?;
    let Err(RunError::Terminated { output: None, .. }) = run.result_within(SOON).await else {
        panic!("it is terminated")
    };
    worker.shutdown().await
}

#[workflow]
async fn waits_for_work() -> Result<u32> {
    Ok(gated().await?)
}

#[workflow]
async fn waits_for_time(ctx: &WorkflowContext) -> Result<u32> {
    ctx.create_timer(Duration::from_secs(3600)).await;
    Ok(1)
}

async fn terminate_ends_what_waits(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(waits_for_go).workflow(waits_for_work).workflow(waits_for_time);
    let worker = worker
        .activity(gated)
        .state(watch::Sender::new(false))
        .shutdown_grace(Duration::ZERO)
        .start()
        .await?;
    let client = app.client();
    let instances = [
        client.schedule(waits_for_go().id(env.id("event"))).await?.instance().clone(),
        client.schedule(waits_for_work().id(env.id("activity"))).await?.instance().clone(),
        client.schedule(waits_for_time().id(env.id("timer"))).await?.instance().clone(),
    ];
    for instance in &instances {
        instance.terminate(3).await?;
        let state = instance.get().await?;
        assert_eq!(
            (state.status, state.output.as_deref()),
            (Status::Terminated, Some("3")),
            "{}",
            instance.id()
        );
        instance.terminate(4).await?;
        assert_eq!(instance.get().await?.output.as_deref(), Some("3"), "an ended instance stays as it ended");
    }
    worker.shutdown().await
}

async fn id_of_a_running_instance_is_refused(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(waits_for_go).start().await?;
    let run = app.client().schedule(waits_for_go().id(env.id("a"))).await?;
    let error = app.client().schedule(waits_for_go().id(env.id("a"))).await.expect_err("the id is in use");
    assert!(
        matches!(&error, RuntimeError::AlreadyExists { instance_id, .. } if instance_id == run.id()),
        "{error:?}"
    );
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, 1);
    worker.shutdown().await
}

#[workflow]
async fn echo(n: u32) -> u32 {
    n
}

async fn id_of_an_ended_instance_is_used_again(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(echo).start().await?;
    for n in 0..5 {
        let run = app.client().schedule(echo(n).id(env.id("a"))).await?;
        assert_eq!(run.result_within(SOON).await?, n);
    }
    let unique = app.client().schedule(echo(5).id(env.id("a")).unique()).await;
    assert!(matches!(unique, Err(RuntimeError::AlreadyExists { .. })), "{unique:?}");
    let other = app.client().schedule(echo(6).id(env.id("b")).unique()).await?;
    assert_eq!(other.result_within(SOON).await?, 6);
    worker.shutdown().await
}

#[workflow]
async fn tells_its_status(ctx: &WorkflowContext) -> Result<()> {
    ctx.set_custom_status(("step", 1))?;
    GO.recv().await?;
    ctx.set_custom_status(("step", 2))?;
    GO.recv().await?;
    ctx.clear_custom_status();
    GO.recv().await?;
    Ok(())
}

async fn custom_status(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(tells_its_status).start().await?;
    let run = app.client().schedule(tells_its_status().id(env.id("a"))).await?;
    for expected in [Some(r#"["step",1]"#), Some(r#"["step",2]"#), None] {
        let there = async || Ok(run.status().await?.custom_status.as_deref() == expected);
        until(format!("the status {expected:?}"), there).await?;
        run.raise(GO, ()).await?;
    }
    run.result_within(SOON).await?;
    worker.shutdown().await
}

async fn unknown_instances_are_not_found(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(echo).start().await?;
    app.client().schedule(echo(1).id(env.id("known"))).await?.result_within(SOON).await?;
    let unknown = app.client().instance(env.id("unknown"));
    let errors = [
        unknown.get().await.err(),
        unknown.wait_for_completion(SOON).await.err(),
        unknown.raise(GO, ()).await.err(),
        unknown.suspend("").await.err(),
        unknown.resume("").await.err(),
        unknown.terminate(()).await.err(),
        unknown.purge(Default::default()).await.err(),
    ];
    for (n, error) in errors.into_iter().enumerate() {
        assert!(matches!(error, Some(RuntimeError::NotFound { .. })), "call {n}: {error:?}");
    }
    until_status(&app.client().instance(env.id("known")), Status::Completed).await?;
    worker.shutdown().await
}
