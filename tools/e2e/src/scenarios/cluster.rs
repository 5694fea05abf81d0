//! One app on several sidecars that share a store, as replicas do.

use dacapo::client::{RunError, Status};
use dacapo::prelude::*;

use super::support::{GO, SOON, until_status};
use crate::harness::{App, Store};
use crate::scenario::Env;

super::scenarios![
    replicas_share_the_work.since(1, 18).daprd_only().limit(180),
    replica_without_a_worker_serves_clients.since(1, 18).daprd_only(),
    replica_that_dies_is_replaced.since(1, 18).daprd_only().limit(180),
    stalled_on_replicas_and_recovered.since(1, 18).daprd_only().limit(240),
    // Before, an actor type that two streams announce is sometimes forgotten with the first of them.
    workers_come_and_go.since(1, 17).limit(240),
];

#[activity]
async fn double(n: u32) -> u32 {
    n * 2
}

#[workflow]
async fn child(n: u32) -> Result<u32> {
    Ok(double(n).await?)
}

/// A bit of everything: an activity, a child, a timer, an event, a next generation.
#[workflow]
async fn varied(ctx: &WorkflowContext, n: u32, generation: u32) -> Result<u32> {
    let (doubled, of_child) = (double(n), child(n)).await;
    let sum = doubled? + of_child?;
    ctx.create_timer(Duration::from_millis(50)).await;
    if generation == 0 {
        return varied(sum, 1).continue_as_new().await;
    }
    GO.recv().await?;
    Ok(sum)
}

#[workflow]
async fn waits() -> Result<()> {
    GO.recv().await?;
    Ok(())
}

/// Two sidecars of one app.
async fn replicas(env: &Env) -> Result<(App, App)> {
    let store = Store::Shared(env.folder().join("shared.db"));
    let options = env.options().store(store);
    let first = env.app_with(options.clone()).await?;
    let second = env.app_with(options).await?;
    Ok((first, second))
}

async fn replicas_share_the_work(env: Env) -> Result<()> {
    let (first, second) = replicas(&env).await?;
    let mut workers = Vec::new();
    for app in [&first, &second] {
        workers.push(app.worker().workflow(varied).workflow(child).activity(double).start().await?);
        app.wait_until_connected().await?;
    }
    let mut runs = Vec::new();
    for n in 0..20 {
        let client = if n % 2 == 0 { first.client() } else { second.client() };
        runs.push(client.schedule(varied(n, 0).id(env.id(&n.to_string()))).await?);
    }
    for (n, run) in (0u32..).zip(&runs) {
        // Through the other one than it was scheduled with.
        let client = if n % 2 == 0 { second.client() } else { first.client() };
        client.instance(run.id()).raise(GO, ()).await?;
        assert_eq!(client.run(varied, run.id()).result_within(SOON).await?, n * 16);
    }
    for worker in workers {
        worker.shutdown().await?;
    }
    Ok(())
}

async fn replica_without_a_worker_serves_clients(env: Env) -> Result<()> {
    let (first, second) = replicas(&env).await?;
    let worker = first.worker().workflow(varied).workflow(child).workflow(waits).activity(double);
    let worker = worker.start().await?;
    first.wait_until_connected().await?;
    let run = second.client().schedule(varied(1, 1).id(env.id("a"))).await?;
    run.suspend("").await?;
    run.resume("").await?;
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, 4);
    // One without children: daprd 1.18.0 locks up over the termination of a parent whose child ends at the same moment.
    let run = second.client().schedule(waits().id(env.id("b"))).await?;
    run.terminate(()).await?;
    let Err(RunError::Terminated { .. }) = run.result_within(SOON).await else { panic!("it is terminated") };
    assert_eq!(run.purge(Default::default()).await?, 1);
    worker.shutdown().await
}

/// Without timers and generations, for the reasons of `workers_come_and_go`.
async fn replica_that_dies_is_replaced(env: Env) -> Result<()> {
    let (mut first, second) = replicas(&env).await?;
    let mut workers = Vec::new();
    for app in [&first, &second] {
        workers.push(app.worker().workflow(one_generation).workflow(child).activity(double).start().await?);
        app.wait_until_connected().await?;
    }
    let mut runs = Vec::new();
    for n in 0..20 {
        runs.push(second.client().schedule(one_generation(n).id(env.id(&n.to_string()))).await?);
    }
    first.kill();
    for (n, run) in (0u32..).zip(&runs) {
        run.raise(GO, ()).await?;
        assert_eq!(run.result_within(SOON).await?, n * 12);
    }
    for worker in workers {
        worker.shutdown().await?;
    }
    Ok(())
}

mod old {
    use super::*;

    #[workflow(name = "patched")]
    pub(super) async fn patched() -> Result<u32> {
        GO.recv().await?;
        Ok(1)
    }
}

mod new {
    use super::*;

    #[workflow(name = "patched")]
    pub(super) async fn patched(ctx: &WorkflowContext) -> Result<u32> {
        let n = if ctx.is_patched("two") { 2 } else { 1 };
        GO.recv().await?;
        Ok(n)
    }
}

async fn stalled_on_replicas_and_recovered(env: Env) -> Result<()> {
    let (first, second) = replicas(&env).await?;
    let worker = first.worker().workflow(new::patched).start().await?;
    first.wait_until_connected().await?;
    let run = second.client().schedule(new::patched().id(env.id("a"))).await?;
    worker.shutdown().await?;
    first.wait_until_alone().await?;
    let worker = second.worker().workflow(old::patched).start().await?;
    second.wait_until_connected().await?;
    run.raise(GO, ()).await?;
    until_status(run.instance(), Status::Stalled).await?;
    worker.shutdown().await?;
    second.wait_until_alone().await?;
    let worker = first.worker().workflow(new::patched).start().await?;
    until_status(run.instance(), Status::Completed).await?;
    assert_eq!(run.result_within(SOON).await?, 2);
    worker.shutdown().await
}

#[workflow]
async fn one_generation(n: u32) -> Result<u32> {
    let (doubled, of_child) = (double(n), child(n)).await;
    let sum = doubled? + of_child?;
    GO.recv().await?;
    Ok(sum + double(sum).await?)
}

/// There is always one, and never one for long. Under this treatment daprd 1.18.0 ruins instances whose timer fires, and
/// hands a child's result to the next generation's child.
async fn workers_come_and_go(env: Env) -> Result<()> {
    let app = env.app().await?;
    let start = || app.worker().workflow(one_generation).workflow(child).activity(double).start();
    let mut worker = start().await?;
    let mut runs = Vec::new();
    for n in 0..20 {
        runs.push(app.client().schedule(one_generation(n).id(env.id(&n.to_string()))).await?);
        if n % 4 == 3 {
            let next = start().await?;
            next.connected().await;
            std::mem::replace(&mut worker, next).shutdown().await?;
        }
    }
    for (n, run) in (0u32..).zip(&runs) {
        run.raise(GO, ()).await?;
        if n % 4 == 3 {
            let next = start().await?;
            next.connected().await;
            std::mem::replace(&mut worker, next).shutdown().await?;
        }
        assert_eq!(run.result_within(SOON).await?, n * 12);
    }
    worker.shutdown().await
}
