//! Workers, clients and sidecars that find each other, and lose each other.

use dacapo::RuntimeError;
use dacapo::prelude::*;
use tokio::sync::watch;

use super::support::{Counter, GO, SOON, until};
use crate::harness::{App, Process, Proxy, Store, TlsProxy, logs};
use crate::scenario::Env;

super::scenarios![
    api_token_right_and_wrong.daprd_only(),
    tls_endpoint,
    worker_before_the_sidecar,
    schedule_before_the_worker,
    two_workers_on_one_app,
    worker_that_goes_away_in_the_middle_of_an_activity,
    shutdown_lets_work_finish,
    sidecar_that_restarts,
    sidecar_that_is_stopped_gently,
    cut_connection_is_made_again,
    silent_connection_is_noticed.limit(300),
    frozen_sidecar_is_waited_for,
];

#[activity]
async fn double(n: u32) -> u32 {
    n * 2
}

#[workflow]
async fn doubles(n: u32) -> Result<u32> {
    Ok(double(n).await?)
}

#[workflow]
async fn doubles_on_go(n: u32) -> Result<u32> {
    GO.recv().await?;
    Ok(double(n).await?)
}

async fn api_token_right_and_wrong(env: Env) -> Result<()> {
    let app = env.app_with(env.options().api_token("sesame")).await?;
    let worker = app.worker().workflow(doubles).activity(double).start().await?;
    let run = app.client().schedule(doubles(2).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 4);
    let plain = Connection::to(format!("127.0.0.1:{}", app.grpc_port()))?;
    for connection in [plain.clone(), plain.api_token("open")?] {
        let refused = Client::new(&connection).instance(run.id()).get().await;
        assert!(matches!(refused, Err(RuntimeError::Unauthenticated { .. })), "{refused:?}");
        let refused = connection.ready(Duration::from_secs(5)).await;
        assert!(matches!(refused, Err(RuntimeError::Unauthenticated { .. })), "{refused:?}");
    }
    worker.shutdown().await
}

/// What runs in a process of its own, because only its environment says which certificates it trusts.
pub(super) async fn tls_worker() -> Result<Worker> {
    let dapr = Connection::from_env().await?;
    assert!(dapr.endpoint().starts_with("https://"), "{dapr:?}");
    let worker = Worker::builder(&dapr).workflow(doubles).activity(double).start().await?;
    let run = Client::new(&dapr).schedule(doubles(3).id("tls_endpoint-of-the-process")).await?;
    run.result_within(SOON).await?;
    Ok(worker)
}

async fn tls_endpoint(env: Env) -> Result<()> {
    let app = env.app().await?;
    let tls = TlsProxy::to(app.grpc_port(), env.folder()).await?;
    let program = std::env::current_exe()?;
    let mut process = Process::new("a worker with TLS", program, env.folder().join("worker.log"));
    process.set_arguments(["--serve-worker", "tls"]);
    process.set_variable("DAPR_GRPC_ENDPOINT", tls.endpoint());
    process.set_variable("SSL_CERT_FILE", tls.certificate().display().to_string());
    process.start()?;
    let run = app.client().schedule(doubles(2).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 4);
    let run = app.client().run(doubles, env.id("of-the-process"));
    until("the process to schedule".to_owned(), || async { Ok(run.status().await.is_ok()) }).await?;
    assert_eq!(run.result_within(SOON).await?, 6);
    Ok(())
}

async fn worker_before_the_sidecar(env: Env) -> Result<()> {
    let mut app = env.stopped_app(env.options()).await?;
    let worker = app.worker().workflow(doubles).activity(double).start().await?;
    let endpoint = app.connection().endpoint().to_owned();
    let tried = || logs::lines_with(&[&endpoint, "DEBUG", "still away"]).len() >= 2;
    until("the worker to try again".to_owned(), || async { Ok(tried()) }).await?;
    app.start().await?;
    let run = app.client().schedule(doubles(2).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 4);
    assert_eq!(logs::lines_with(&[&endpoint, "WARN"]).len(), 1, "one line an outage");
    worker.shutdown().await
}

async fn schedule_before_the_worker(env: Env) -> Result<()> {
    let app = env.app().await?;
    let (client, call) = (app.client(), doubles(2).id(env.id("a")));
    let scheduling = tokio::spawn(async move { client.schedule(call).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let worker = app.worker().workflow(doubles).activity(double).start().await?;
    assert_eq!(scheduling.await??.result_within(SOON).await?, 4);
    worker.shutdown().await
}

async fn two_workers_on_one_app(env: Env) -> Result<()> {
    let app = env.app().await?;
    let first = app.worker().workflow(doubles_on_go).activity(double).start().await?;
    let second = app
        .worker_on(&Connection::to(app.connection().endpoint())?)
        .workflow(doubles_on_go)
        .activity(double)
        .start()
        .await?;
    let mut runs = Vec::new();
    for n in 0..20 {
        runs.push(app.client().schedule(doubles_on_go(n).id(env.id(&n.to_string()))).await?);
    }
    for run in &runs[..10] {
        run.raise(GO, ()).await?;
    }
    // What the first knew by heart the second must read from history.
    first.shutdown().await?;
    for run in &runs[10..] {
        run.raise(GO, ()).await?;
    }
    for (n, run) in (0u32..).zip(&runs) {
        assert_eq!(run.result_within(SOON).await?, n * 2);
    }
    second.shutdown().await
}

#[activity]
async fn gated(counter: State<Counter>, gate: State<watch::Sender<bool>>) -> Result<u32> {
    let attempt = counter.add();
    gate.subscribe().wait_for(|open| *open).await?;
    Ok(attempt)
}

#[workflow]
async fn waits_for_the_gate() -> Result<u32> {
    Ok(gated().await?)
}

async fn worker_that_goes_away_in_the_middle_of_an_activity(env: Env) -> Result<()> {
    let (app, counter, gate) = (env.app().await?, Counter::default(), watch::Sender::new(false));
    let start = || {
        app.worker()
            .workflow(waits_for_the_gate)
            .activity(gated)
            .state(counter.clone())
            .state(gate.clone())
            .start()
    };
    let worker = start().await?;
    let run = app.client().schedule(waits_for_the_gate().id(env.id("a"))).await?;
    counter.reached(1).await?;
    drop(worker);
    app.wait_until_alone().await?;
    gate.send_replace(true);
    let worker = start().await?;
    assert!(run.result_within(SOON).await? >= 2, "it ran again");
    worker.shutdown().await
}

async fn shutdown_lets_work_finish(env: Env) -> Result<()> {
    let (app, counter, gate) = (env.app().await?, Counter::default(), watch::Sender::new(false));
    let worker = app
        .worker()
        .workflow(waits_for_the_gate)
        .activity(gated)
        .state(counter.clone())
        .state(gate.clone())
        .start()
        .await?;
    let run = app.client().schedule(waits_for_the_gate().id(env.id("a"))).await?;
    counter.reached(1).await?;
    let shutdown = tokio::spawn(worker.shutdown());
    gate.send_replace(true);
    shutdown.await??;
    app.wait_until_alone().await?;
    let worker = app
        .worker()
        .workflow(waits_for_the_gate)
        .activity(gated)
        .state(counter.clone())
        .state(gate)
        .start()
        .await?;
    assert_eq!(run.result_within(SOON).await?, 1, "its answer arrived");
    assert_eq!(counter.count(), 1, "it did not run again");
    worker.shutdown().await
}

/// An instance before, during and after an outage, and what the worker's log says about it.
async fn survives(env: &Env, app: &mut App, outage: impl AsyncFnOnce(&mut App) -> Result<()>) -> Result<()> {
    let worker = app.worker().workflow(doubles_on_go).activity(double).start().await?;
    let run = app.client().schedule(doubles_on_go(2).id(env.id("a"))).await?;
    let endpoint = app.connection().endpoint().to_owned();
    outage(app).await?;
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, 4);
    let run = app.client().schedule(doubles_on_go(3).id(env.id("b"))).await?;
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, 6);
    let warnings = logs::lines_with(&[&endpoint, "WARN dacapo::worker"]);
    assert_eq!(warnings.len(), 1, "one line an outage: {warnings:#?}");
    worker.shutdown().await
}

async fn sidecar_that_restarts(env: Env) -> Result<()> {
    let mut app = env.app_with(env.options().store(Store::Sqlite)).await?;
    let outage = async |app: &mut App| {
        app.kill();
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(app.start().await?)
    };
    survives(&env, &mut app, outage).await
}

async fn sidecar_that_is_stopped_gently(env: Env) -> Result<()> {
    let mut app = env.app_with(env.options().store(Store::Sqlite)).await?;
    let outage = async |app: &mut App| {
        app.stop().await;
        Ok(app.start().await?)
    };
    survives(&env, &mut app, outage).await
}

async fn cut_connection_is_made_again(env: Env) -> Result<()> {
    let app = env.app().await?;
    let proxy = Proxy::to(app.grpc_port()).await?;
    let connection = app.connection_to(proxy.port());
    let worker = app.worker_on(&connection).workflow(doubles_on_go).activity(double).start().await?;
    let run = app.client().schedule(doubles_on_go(2).id(env.id("a"))).await?;
    for _ in 0..3 {
        proxy.cut();
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, 4);
    let warnings = logs::lines_with(&["WARN dacapo::worker", connection.endpoint()]);
    assert!((1..=3).contains(&warnings.len()), "one line an outage: {warnings:#?}");
    worker.shutdown().await
}

/// A network that swallows everything: connections stay open, nothing passes, no error comes.
async fn silent_connection_is_noticed(env: Env) -> Result<()> {
    let app = env.app().await?;
    let proxy = Proxy::to(app.grpc_port()).await?;
    let connection = app.connection_to(proxy.port());
    let worker = app.worker_on(&connection).workflow(doubles_on_go).activity(double).start().await?;
    let run = app.client().schedule(doubles_on_go(2).id(env.id("a"))).await?;
    proxy.fall_silent();
    run.raise(GO, ()).await?;
    let noticed = || !logs::lines_with(&["WARN", connection.endpoint(), "lost the Dapr sidecar"]).is_empty();
    for _ in 0..2 {
        if until("the worker to notice".to_owned(), || async { Ok(noticed()) }).await.is_ok() {
            break;
        }
    }
    assert!(noticed(), "a silent connection is noticed within two minutes");
    proxy.speak();
    assert_eq!(run.result_within(SOON).await?, 4);
    let warnings = logs::lines_with(&["WARN dacapo::worker", connection.endpoint()]);
    assert_eq!(warnings.len(), 1, "one line an outage: {warnings:#?}");
    worker.shutdown().await
}

async fn frozen_sidecar_is_waited_for(env: Env) -> Result<()> {
    let mut app = env.app().await?;
    let worker = app.worker().workflow(doubles_on_go).activity(double).start().await?;
    let run = app.client().schedule(doubles_on_go(2).id(env.id("a"))).await?;
    app.process().freeze();
    let error = app
        .client()
        .deadline(Duration::from_secs(1))
        .instance(run.id())
        .get()
        .await
        .expect_err("nobody answers");
    assert!(matches!(error, RuntimeError::TimedOut { .. }), "{error:?}");
    app.process().thaw();
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, 4);
    worker.shutdown().await
}
