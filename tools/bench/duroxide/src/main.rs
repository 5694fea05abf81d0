//! The load of `cargo figures sidecar` on duroxide: prints workflows a second.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use duroxide::providers::sqlite::SqliteProvider;
use duroxide::runtime::Runtime;
use duroxide::runtime::registry::ActivityRegistry;
use duroxide::{ActivityContext, Client, OrchestrationContext, OrchestrationRegistry, OrchestrationStatus};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

type Failure = Box<dyn Error + Send + Sync>;

const AT_ONCE: usize = 30;
const TOTAL: usize = 300;
const WARM_UP: usize = 30;
const STEPS: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let path = std::env::args().nth(1).ok_or("the path of a fresh database file is wanted")?;
    std::fs::File::create(&path)?;
    let store = Arc::new(SqliteProvider::new(&format!("sqlite:{path}"), None).await?);
    let activities = ActivityRegistry::builder().register("step", step).build();
    let orchestrations = OrchestrationRegistry::builder().register("chain", chain).build();
    let runtime = Runtime::start_with_store(Arc::clone(&store) as _, activities, orchestrations).await;
    let client = Client::new(store);
    load(&client, "warm", WARM_UP).await?;
    println!("rate {}", load(&client, "load", TOTAL).await?);
    runtime.shutdown(None).await;
    Ok(())
}

async fn step(_: ActivityContext, at: String) -> Result<String, String> {
    let at: u32 = at.parse().map_err(|_| format!("`{at}` is no number"))?;
    Ok((at + 1).to_string())
}

async fn chain(ctx: OrchestrationContext, _: String) -> Result<String, String> {
    let mut at = "0".to_owned();
    for _ in 0..STEPS {
        at = ctx.schedule_activity("step", at).await?;
    }
    Ok(at)
}

/// Runs so many workflows; how many were done a second.
async fn load(client: &Client, name: &str, total: usize) -> Result<f64, Failure> {
    let began = Instant::now();
    stream::iter(0..total)
        .map(|index| one(client, format!("{name}-{index}")))
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(total as f64 / began.elapsed().as_secs_f64())
}

async fn one(client: &Client, id: String) -> Result<(), Failure> {
    client.start_orchestration(&id, "chain", "").await.map_err(|error| format!("{error:?}"))?;
    match client.wait_for_orchestration(&id, PATIENCE).await.map_err(|error| format!("{error:?}"))? {
        OrchestrationStatus::Completed { output, .. } if output == STEPS.to_string() => Ok(()),
        other => Err(format!("a workflow ended as {other:?}").into()),
    }
}
