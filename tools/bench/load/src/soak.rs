//! Mixed load for a long time: what our worker keeps of it must not grow.

use std::time::{Duration, Instant};

use dacapo::Client;
use dacapo_e2e::harness::{App, AppOptions, Binaries, Cluster, Release, Store};
use dacapo_figures::{Mark, Report, median};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::drive::{Driver, Load, Shape};
use crate::ours::{GO, patient};
use crate::process::{Whose, WorkerProcess};
use crate::{Failure, Options};

/// One round of load; rounds follow each other until the time is up.
const ROUND: [Load; 3] = [
    Load { shape: Shape::Chain(5), at_once: 30, total: 150 },
    Load { shape: Shape::Parallel(10), at_once: 30, total: 60 },
    Load { shape: Shape::Chain(60), at_once: 10, total: 10 },
];
const PATIENT_AT_ONCE: usize = 30;
const PATIENT: usize = 60;
const PATIENCE: Duration = Duration::from_secs(300);

/// The share of the time after which the worker is warm.
const WARM_AFTER: f64 = 0.2;
/// The share of the time over which memory is read, after the warm-up and before the end.
const WINDOW: f64 = 0.2;

pub(crate) async fn measure(options: &Options) -> Result<Report, Failure> {
    let folder = tempfile::tempdir()?;
    let binaries = Binaries::of(Release::NEWEST).await?;
    let cluster = Cluster::start(&binaries, folder.path()).await?;
    let soaked = AppOptions::new("soak").store(Store::Sqlite);
    let mut app = App::on_daprd(soaked, &binaries, &cluster, folder.path())?;
    app.start().await?;
    let address = format!("http://127.0.0.1:{}", app.grpc_port());
    let mut worker = WorkerProcess::start(Whose::Ours, &address).await?;
    app.wait_until_connected().await?;
    let mut driver = Driver::new(&address)?;

    let (began, length) = (Instant::now(), Duration::from_secs(options.minutes * 60));
    let (mut readings, mut completed, mut rounds) = (Vec::new(), 0, 0);
    while began.elapsed() < length {
        completed += round(&mut driver, rounds).await?;
        rounds += 1;
        readings.push((began.elapsed().as_secs_f64(), worker.resident_mib()?));
    }
    let cpu = worker.cpu().await?;
    worker.stop().await?;

    let mut report = Report::default();
    growth(&mut report, &readings, length.as_secs_f64());
    report.tell("soak_workflows", f64::from(completed), "workflows");
    report.tell("soak_minutes", began.elapsed().as_secs_f64() / 60.0, "min");
    report.tell("soak_cpu", cpu, "s");
    Ok(report)
}

fn growth(report: &mut Report, readings: &[(f64, f64)], length: f64) {
    let window = |from: f64| {
        let within = readings.iter().filter(|(at, _)| (from..=from + WINDOW).contains(&(at / length)));
        median(within.map(|(_, mib)| *mib).collect())
    };
    let (warm, end) = (window(WARM_AFTER), window(1.0 - WINDOW));
    report.promise("soak_rss_growth", end / warm, "ratio", Mark::AtMost(1.1));
    report.tell("soak_rss_warm", warm, "MiB");
    report.tell("soak_rss_end", end, "MiB");
}

/// One round; how many workflows it completed.
async fn round(driver: &mut Driver, number: usize) -> Result<u32, Failure> {
    let mut completed = 0;
    for load in ROUND {
        completed += u32::try_from(driver.run(load).await?.latencies.len())?;
    }
    let client = driver.client();
    stream::iter(0..PATIENT)
        .map(|index| wait_and_raise(client, format!("patient-{number}-{index}")))
        .buffer_unordered(PATIENT_AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(completed + u32::try_from(PATIENT)?)
}

async fn wait_and_raise(client: &Client, id: String) -> Result<(), Failure> {
    let run = client.schedule(patient(1).id(id)).await?;
    run.raise(GO, 5).await?;
    match run.result_within(PATIENCE).await? {
        8 => Ok(()),
        other => Err(format!("a workflow returned {other} in place of 8").into()),
    }
}
