//! Our worker and the `dapr` crate's by turns, on one fresh daprd.

use dacapo_e2e::harness::{App, AppOptions, Binaries, Cluster, Release};
use dacapo_figures::{Mark, Report, median, median_ratio};

use crate::drive::{Driver, Load, Outcome, Shape};
use crate::process::{Whose, WorkerProcess};
use crate::{Failure, Options};

/// What every worker goes through, in this order.
const LOADS: [(&str, Load); 4] = [
    ("30x300", Load { shape: Shape::Chain(5), at_once: 30, total: 300 }),
    ("350x1400", Load { shape: Shape::Chain(5), at_once: 350, total: 1400 }),
    ("parallel_110", Load { shape: Shape::Parallel(5), at_once: 110, total: 330 }),
    ("chain_1000", Load { shape: Shape::Chain(1000), at_once: 1, total: 1 }),
];

/// The first load of a worker opens connections and fills caches.
const WARM_UP: Load = Load { shape: Shape::Chain(5), at_once: 10, total: 30 };

/// What the loads of one worker gave, in their order.
struct Readings {
    outcomes: Vec<Outcome>,
    cpu: Vec<f64>,
}

pub(crate) async fn measure(options: &Options) -> Result<Report, Failure> {
    let folder = tempfile::tempdir()?;
    let binaries = Binaries::of(Release::NEWEST).await?;
    let cluster = Cluster::start(&binaries, folder.path()).await?;
    let mut app = App::on_daprd(AppOptions::new("load"), &binaries, &cluster, folder.path())?;
    app.start().await?;
    let mut driver = Driver::new(&format!("http://127.0.0.1:{}", app.grpc_port()))?;
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for repetition in 0..options.repetitions {
        // Whoever comes second finds more in daprd's memory, so each does in turn.
        let mut turns = [Whose::Ours, Whose::Peers];
        turns.rotate_left(repetition % 2);
        for whose in turns {
            let readings = readings(whose, &app, &mut driver).await?;
            if whose == Whose::Ours { ours.push(readings) } else { peers.push(readings) }
        }
    }
    Ok(report(&ours, &peers))
}

async fn readings(whose: Whose, app: &App, driver: &mut Driver) -> Result<Readings, Failure> {
    let mut worker = WorkerProcess::start(whose, &format!("http://127.0.0.1:{}", app.grpc_port())).await?;
    app.wait_until_connected().await?;
    driver.run(WARM_UP).await?;
    let mut readings = Readings { outcomes: Vec::new(), cpu: Vec::new() };
    for (_, load) in LOADS {
        let before = worker.cpu().await?;
        readings.outcomes.push(driver.run(load).await?);
        readings.cpu.push(worker.cpu().await? - before);
    }
    worker.stop().await?;
    app.wait_until_alone().await?;
    Ok(readings)
}

fn report(ours: &[Readings], peers: &[Readings]) -> Report {
    let mut report = Report::default();
    for (index, (load, _)) in LOADS.iter().enumerate() {
        let rates = |of: &[Readings]| of.iter().map(|one| one.outcomes[index].rate()).collect::<Vec<_>>();
        let cpu = |of: &[Readings]| of.iter().map(|one| one.cpu[index]).collect::<Vec<_>>();
        let rate = median_ratio(&rates(ours), &rates(peers));
        let lead = median_ratio(&cpu(peers), &cpu(ours));
        match *load {
            "30x300" => {
                report.promise("daprd_load_ours_over_peer", rate, "ratio", Mark::AtLeast(0.95));
                report.promise("daprd_cpu_load_peer_over_ours", lead, "ratio", Mark::AtLeast(1.1));
            }
            "chain_1000" => {
                report.promise("daprd_cpu_chain_1000_peer_over_ours", lead, "ratio", Mark::AtLeast(4.0));
                report.tell("daprd_chain_1000_ours_over_peer", rate, "ratio");
            }
            load => {
                report.promise(
                    &format!("daprd_load_{load}_ours_over_peer"),
                    rate,
                    "ratio",
                    Mark::AtLeast(0.95),
                );
                report.promise(
                    &format!("daprd_cpu_{load}_peer_over_ours"),
                    lead,
                    "ratio",
                    Mark::AtLeast(1.1),
                );
            }
        }
        for (name, of) in [("ours", ours), ("peer", peers)] {
            tell(&report, &format!("daprd_{load}_{name}"), index, of);
        }
    }
    report
}

fn tell(report: &Report, name: &str, index: usize, of: &[Readings]) {
    let outcomes = || of.iter().map(|one| &one.outcomes[index]);
    report.tell(&format!("{name}_rate"), median(outcomes().map(Outcome::rate).collect()), "1/s");
    report.tell(&format!("{name}_p50"), median(outcomes().map(|one| one.latency_ms(0.5)).collect()), "ms");
    report.tell(&format!("{name}_p99"), median(outcomes().map(|one| one.latency_ms(0.99)).collect()), "ms");
    report.tell(&format!("{name}_cpu"), median(of.iter().map(|one| one.cpu[index]).collect()), "s");
}
