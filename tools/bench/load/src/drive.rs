//! Driving load: schedules workflows through one client, so many at once, and waits for all results.

use std::time::{Duration, Instant};

use dacapo::{Client, Connection, RuntimeError};
use dacapo_figures::percentile;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::sleep;

use crate::Failure;
use crate::ours::{chain, parallel};

/// Far beyond what any rival takes for one workflow.
const PATIENCE: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(20);

/// What each workflow does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// So many activities one after the other.
    Chain(u32),
    /// So many activities at once.
    Parallel(u32),
}

/// So many workflows, of which so many run at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) shape: Shape,
    pub(crate) at_once: usize,
    pub(crate) total: usize,
}

/// How a load went.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// From the first schedule to the last result.
    pub(crate) seconds: f64,
    /// From each workflow's schedule to its result.
    pub(crate) latencies: Vec<f64>,
}

impl Outcome {
    /// Completed workflows a second.
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds
    }

    /// The time in milliseconds within which that share of the workflows was done.
    pub(crate) fn latency_ms(&self, share: f64) -> f64 {
        percentile(self.latencies.clone(), share) * 1e3
    }
}

/// A client that makes load, and ids that no two loads share.
pub(crate) struct Driver {
    client: Client,
    loads: usize,
}

impl Driver {
    /// A driver of the sidecar at `address`.
    pub(crate) fn new(address: &str) -> Result<Self, Failure> {
        Ok(Self { client: Client::new(&Connection::to(address)?), loads: 0 })
    }

    /// The client.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Runs a load to its end. Every result is checked.
    pub(crate) async fn run(&mut self, load: Load) -> Result<Outcome, Failure> {
        self.loads += 1;
        let (client, number) = (&self.client, self.loads);
        let began = Instant::now();
        let latencies = stream::iter(0..load.total)
            .map(|index| one(client, load.shape, format!("load-{number}-{index}")))
            .buffer_unordered(load.at_once)
            .try_collect()
            .await?;
        Ok(Outcome { seconds: began.elapsed().as_secs_f64(), latencies })
    }
}

/// Runs one workflow; the seconds it took.
async fn one(client: &Client, shape: Shape, id: String) -> Result<f64, Failure> {
    let began = Instant::now();
    let (result, expected) = match shape {
        Shape::Chain(steps) => {
            let start = || client.schedule(chain(steps).id(id.clone()));
            let run = until_unlocked(|| async { start().await }).await?;
            (run.result_within(PATIENCE).await?, steps)
        }
        Shape::Parallel(width) => {
            let start = || client.schedule(parallel(width).id(id.clone()));
            let run = until_unlocked(|| async { start().await }).await?;
            (run.result_within(PATIENCE).await?, width * (width + 1) / 2)
        }
    };
    if result != expected {
        return Err(format!("a workflow returned {result} in place of {expected}").into());
    }
    Ok(began.elapsed().as_secs_f64())
}

/// durabletask-go refuses a start when others write at that moment; its clients have to ask again.
async fn until_unlocked<T, F: Future<Output = Result<T, RuntimeError>>>(
    start: impl Fn() -> F,
) -> Result<T, RuntimeError> {
    let begun = Instant::now();
    loop {
        match start().await {
            Err(refused)
                if refused.to_string().contains("database is locked") && begun.elapsed() < PATIENCE =>
            {
                sleep(PAUSE).await;
            }
            done => return done,
        }
    }
}
