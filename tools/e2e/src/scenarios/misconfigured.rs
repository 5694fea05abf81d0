//! Set-ups that cannot work: each has an error that names what is wrong and what to do.

use dacapo::RuntimeError;
use dacapo::client::RunError;
use dacapo::prelude::*;

use super::support::until;
use crate::harness::{App, Service, Store, free_port, logs};
use crate::scenario::Env;

super::scenarios![
    no_sidecar_at_all,
    no_actor_state_store.daprd_only(),
    placement_is_not_configured.daprd_only(),
    placement_is_away.daprd_only(),
    scheduler_is_not_configured.daprd_only(),
    scheduler_is_away.daprd_only(),
    no_worker_is_connected,
    call_of_an_app_that_is_not_there.daprd_only(),
    client_of_another_app.daprd_only(),
    wrong_token_of_a_worker.daprd_only(),
];

#[activity]
async fn double(n: u32) -> u32 {
    n * 2
}

#[workflow]
async fn doubles(n: u32) -> Result<u32> {
    Ok(double(n).await?)
}

/// What a client is told that schedules an instance on a sidecar which has a worker.
async fn refusal(env: &Env, app: &App) -> Result<RuntimeError> {
    let worker = app.worker().workflow(doubles).activity(double).start().await?;
    let client = app.client().deadline(Duration::from_secs(4));
    let error = client.schedule(doubles(1).id(env.id("a"))).await.expect_err("it cannot run");
    // It cannot say goodbye to everybody either, so it is not waited for.
    drop(worker);
    Ok(error)
}

#[track_caller]
fn says(error: &RuntimeError, words: &[&str]) {
    let text = error.to_string();
    assert!(words.iter().all(|word| text.contains(word)), "{text}");
}

async fn no_sidecar_at_all(env: Env) -> Result<()> {
    let port = free_port();
    let connection = Connection::to(format!("127.0.0.1:{port}"))?.patience(Duration::from_millis(200));
    let error =
        Client::new(&connection).schedule(doubles(1).id(env.id("a"))).await.expect_err("nobody is there");
    assert!(matches!(error, RuntimeError::Unreachable { .. }), "{error:?}");
    says(&error, &[&port.to_string(), "dapr run", "DAPR_GRPC_ENDPOINT"]);
    Ok(())
}

/// daprd starts without a state store for actors, but has no workflows then.
async fn no_actor_state_store(env: Env) -> Result<()> {
    let app = env.app_with(env.options().store(Store::None)).await?;
    let error = refusal(&env, &app).await?;
    assert!(matches!(error, RuntimeError::NotConfigured { .. }), "{error:?}");
    says(&error, &["actorStateStore"]);
    Ok(())
}

async fn placement_is_not_configured(env: Env) -> Result<()> {
    let app = env.app_with(env.options().without(Service::Placement)).await?;
    let error = refusal(&env, &app).await?;
    assert!(matches!(error, RuntimeError::NotConfigured { .. }), "{error:?}");
    says(&error, &["--placement-host-address", "dapr init"]);
    Ok(())
}

async fn scheduler_is_not_configured(env: Env) -> Result<()> {
    let app = env.app_with(env.options().without(Service::Scheduler)).await?;
    let error = refusal(&env, &app).await?;
    assert!(matches!(error, RuntimeError::NotConfigured { .. }), "{error:?}");
    says(&error, &["--scheduler-host-address", "dapr init"]);
    Ok(())
}

/// A sidecar that was told of a service which has gone.
async fn forsaken(env: &Env, service: Service) -> Result<RuntimeError> {
    {
        let mut cluster = env.cluster().await?.lock().await;
        match service {
            Service::Placement => cluster.kill_placement(),
            Service::Scheduler => cluster.kill_scheduler(),
        }
    }
    let mut app = env.stopped_app(env.options()).await?;
    app.launch()?;
    app.connection().ready(Duration::from_secs(20)).await?;
    refusal(env, &app).await
}

async fn placement_is_away(env: Env) -> Result<()> {
    let error = forsaken(&env, Service::Placement).await?;
    assert!(matches!(error, RuntimeError::TimedOut { .. }), "{error:?}");
    says(&error, &["no connection to placement", "--placement-host-address"]);
    Ok(())
}

async fn scheduler_is_away(env: Env) -> Result<()> {
    let error = forsaken(&env, Service::Scheduler).await?;
    assert!(matches!(error, RuntimeError::TimedOut { .. }), "{error:?}");
    says(&error, &["no connection to a scheduler", "--scheduler-host-address"]);
    Ok(())
}

async fn no_worker_is_connected(env: Env) -> Result<()> {
    let app = env.app().await?;
    let client = app.client().deadline(Duration::from_secs(2));
    let error = client.schedule(doubles(1).id(env.id("a"))).await.expect_err("nobody runs it");
    assert!(matches!(error, RuntimeError::TimedOut { .. }), "{error:?}");
    says(&error, &["`doubles`", &format!("app `{}` has no worker connected", app.id())]);
    Ok(())
}

#[workflow]
async fn calls_nobody() -> Result<u32> {
    Ok(double(1).app("nobody").await?)
}

/// daprd waits for the app, and says nothing meanwhile.
async fn call_of_an_app_that_is_not_there(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(calls_nobody).start().await?;
    let client = app.client().deadline(Duration::from_secs(4));
    let error = client.schedule(calls_nobody().id(env.id("a"))).await.expect_err("nobody is no app");
    assert!(matches!(error, RuntimeError::TimedOut { .. }), "{error:?}");
    says(&error, &["`calls_nobody`", "is every app there that is called?"]);
    drop(worker);
    Ok(())
}

/// A client whose sidecar is that of another app finds no instance of this one.
async fn client_of_another_app(env: Env) -> Result<()> {
    let (here, there) = (env.app().await?, env.app().await?);
    let worker = here.worker().workflow(doubles).activity(double).start().await?;
    here.client().schedule(doubles(1).id(env.id("a"))).await?;
    let error = there.client().run(doubles, env.id("a")).result_within(Duration::from_secs(2)).await;
    assert!(matches!(error, Err(RunError::Runtime(RuntimeError::NotFound { .. }))), "{error:?}");
    let client = there.client().deadline(Duration::from_secs(2));
    let error = client.schedule(doubles(1).id(env.id("b"))).await.expect_err("its worker is elsewhere");
    says(&error, &[&format!("app `{}` has no worker connected", there.id())]);
    worker.shutdown().await
}

async fn wrong_token_of_a_worker(env: Env) -> Result<()> {
    let app = env.app_with(env.options().api_token("sesame")).await?;
    let wrong = Connection::to(format!("127.0.0.1:{}", app.grpc_port()))?.api_token("open")?;
    let worker = app.worker_on(&wrong).workflow(doubles).activity(double).start().await?;
    let lines = || logs::lines_with(&["WARN", wrong.endpoint(), "DAPR_API_TOKEN"]);
    until("the worker to say so".to_owned(), || async { Ok(!lines().is_empty()) }).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(lines().len(), 1, "once");
    worker.shutdown().await
}
