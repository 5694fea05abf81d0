//! One worker program, ours, on our sidecar and on its rivals by turns, each on a durable file.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use dacapo_figures::{Mark, Report, median};

use crate::drive::{Driver, Load, Outcome, Shape};
use crate::process::{Whose, WorkerProcess};
use crate::rivals::{Rivals, Running};
use crate::{Failure, Options};

/// The load that is compared.
const LOAD: Load = Load { shape: Shape::Chain(5), at_once: 30, total: 300 };
/// The same with as many at once as a busy service has; ours alone, for group commit shows here.
const BUSY: Load = Load { shape: Shape::Chain(5), at_once: 350, total: 1400 };
const CHAIN: Load = Load { shape: Shape::Chain(1000), at_once: 1, total: 1 };
const WARM_UP: Load = Load { shape: Shape::Chain(5), at_once: 10, total: 30 };

const STARTS: usize = 15;
const SYNCS: usize = 200;

/// What one sidecar gave, a reading a repetition.
#[derive(Default)]
struct Readings {
    loads: Vec<Outcome>,
    chains: Vec<f64>,
}

impl Readings {
    fn rate(&self) -> f64 {
        median(self.loads.iter().map(Outcome::rate).collect())
    }

    fn chain(&self) -> f64 {
        median(self.chains.clone())
    }
}

pub(crate) async fn measure(options: &Options) -> Result<Report, Failure> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let rivals = Rivals::find().await?;
    let mut report = Report::default();
    report.tell("fdatasync_ms", sync_ms(folder)?, "ms");
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(rivals.start_ms(folder).await?);
    }
    report.tell("start_ms", median(starts), "ms");

    let [mut ours, mut go, mut daprd] = [(); 3].map(|()| Readings::default());
    let (mut busy, mut duroxide) = (Vec::new(), Vec::new());
    for _ in 0..options.repetitions {
        let running = rivals.ours(folder).await?;
        busy.push(run(running, &mut ours, Some(BUSY)).await?);
        run(rivals.durabletask_go(folder).await?, &mut go, None).await?;
        run(rivals.daprd(folder).await?, &mut daprd, None).await?;
        let own = tempfile::tempdir_in(folder)?;
        match rivals.duroxide(own.path()).await {
            Ok(readings) => duroxide.push(readings),
            // The other rivals' figures stand; its own is no number and so misses its mark.
            Err(problem) => eprintln!("duroxide could not be measured: {problem}"),
        }
    }
    let busy = median(busy.iter().flatten().map(Outcome::rate).collect());
    compare(&mut report, [&ours, &go, &daprd], &duroxide);
    report.tell("sidecar_load_350x1400", busy, "1/s");
    Ok(report)
}

/// Puts one sidecar under load, and ends it.
async fn run(
    running: Running,
    readings: &mut Readings,
    extra: Option<Load>,
) -> Result<Option<Outcome>, Failure> {
    let address = running.address();
    let worker = WorkerProcess::start(Whose::Ours, &address).await?;
    running.wait_for_worker().await?;
    let mut driver = Driver::new(&address)?;
    driver.run(WARM_UP).await?;
    readings.loads.push(driver.run(LOAD).await?);
    readings.chains.push(driver.run(CHAIN).await?.seconds);
    let extra = match extra {
        Some(load) => Some(driver.run(load).await?),
        None => None,
    };
    worker.stop().await?;
    running.stop().await;
    Ok(extra)
}

fn compare(report: &mut Report, readings: [&Readings; 3], duroxide: &[Vec<(String, f64)>]) {
    let [ours, go, daprd] = readings;
    let of_duroxide = |wanted: &str| {
        let values = duroxide.iter().flatten().filter(|(name, _)| name == wanted);
        median(values.map(|(_, value)| *value).collect())
    };
    let mut load = |rival: &str, rate: f64, least: f64| {
        let name = format!("sidecar_load_ours_over_{rival}");
        report.promise(&name, ours.rate() / rate, "ratio", Mark::AtLeast(least));
        report.tell(&format!("sidecar_load_{rival}"), rate, "1/s");
    };
    load("durabletask_go", go.rate(), 10.0);
    load("daprd_sqlite", daprd.rate(), 8.0);
    load("duroxide", of_duroxide("rate"), 10.0);
    report.promise(
        "sidecar_chain_1000_over_durabletask_go",
        ours.chain() / go.chain(),
        "ratio",
        Mark::AtMost(0.1),
    );
    for (name, of) in [("ours", ours), ("durabletask_go", go), ("daprd_sqlite", daprd)] {
        report.tell(&format!("sidecar_chain_1000_{name}"), of.chain(), "s");
    }
    report.tell("sidecar_load_ours", ours.rate(), "1/s");
    let latency = |share| median(ours.loads.iter().map(|one| one.latency_ms(share)).collect());
    report.tell("sidecar_load_ours_p50", latency(0.5), "ms");
    report.tell("sidecar_load_ours_p99", latency(0.99), "ms");
}

/// What it takes to make a few kilobytes durable in this folder: the limit of whoever commits one after the other.
fn sync_ms(folder: &Path) -> Result<f64, Failure> {
    let mut file = File::create(folder.join("sync"))?;
    let mut readings = Vec::new();
    for _ in 0..SYNCS {
        let began = Instant::now();
        file.write_all(&[7; 8192])?;
        file.sync_data()?;
        readings.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(readings))
}
