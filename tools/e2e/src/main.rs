//! `cargo e2e`: runs scenarios and prints one line for each.

mod exporter;
mod serve;

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use dacapo_e2e::harness::{Release, logs};
use dacapo_e2e::scenario::{Env, Scenario, Stage, Target, keep_panics};
use dacapo_e2e::scenarios;
use futures_util::StreamExt as _;

/// Runs Dacapo's scenarios on real Dapr, which is built when it is missing (Go is needed for that).
#[derive(Debug, Parser)]
#[command(
    name = "cargo e2e",
    after_help = "Examples:
  cargo e2e                           all scenarios on the newest Dapr
  cargo e2e --dapr 1.16.5             those that an older release supports
  cargo e2e --sidecar                 those that the embedded sidecar supports
  cargo e2e chaining fan_out_of_100   these
  cargo e2e --list                    names only"
)]
struct Cli {
    /// The scenarios to run; all but the long ones when none is named.
    names: Vec<String>,
    /// The release of daprd.
    #[arg(long, default_value_t = Release::NEWEST)]
    dapr: Release,
    /// Runs on the embedded sidecar instead of daprd.
    #[arg(long, conflicts_with = "dapr")]
    sidecar: bool,
    /// Workers keep no workflow in memory: every turn is replayed from its history.
    #[arg(long)]
    cold: bool,
    /// Runs the long ones too.
    #[arg(long)]
    all: bool,
    /// How many scenarios run at a time.
    #[arg(long, default_value_t = 6)]
    jobs: usize,
    /// Prints the names of all scenarios.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    if let Some(code) = serve::instead() {
        return code;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    match runtime.map(|runtime| runtime.block_on(run(Cli::parse()))) {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        Ok(Ok(false)) => ExitCode::FAILURE,
        Ok(Err(error)) => fail(&error),
        Err(error) => fail(&error.to_string()),
    }
}

fn fail(error: &str) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

/// Whether all scenarios held.
async fn run(cli: Cli) -> Result<bool, String> {
    let scenarios = selected(&cli)?;
    if cli.list {
        scenarios.iter().for_each(|scenario| println!("{}", scenario.name));
        return Ok(true);
    }
    let target = if cli.sidecar { Target::Embedded } else { Target::Dapr(cli.dapr) };
    let stage = Arc::new(Stage::new(target, folder()?, cli.cold));
    logs::capture(&stage.folder().join("worker.log")).map_err(|error| error.to_string())?;
    keep_panics();
    let begun = Instant::now();
    tokio::select! {
        outcomes = run_all(&scenarios, &stage, cli.jobs) => Ok(summarise(&outcomes, &stage, begun.elapsed())),
        // Everything that was started ends with the future that is dropped here.
        _ = tokio::signal::ctrl_c() => Err("interrupted".to_owned()),
    }
}

fn selected(cli: &Cli) -> Result<Vec<Scenario>, String> {
    let all = scenarios::all();
    if cli.names.is_empty() {
        let mut chosen = all
            .into_iter()
            .filter(|scenario| cli.list || cli.all || !scenario.is_extra())
            .collect::<Vec<_>>();
        if !cli.list {
            // Those that may take long begin first, so that nothing waits for them at the end.
            chosen.sort_by_key(|scenario| Reverse(scenario.time_limit()));
        }
        return Ok(chosen);
    }
    let find = |name: &String| {
        let found = all.iter().find(|scenario| scenario.name == name).copied();
        found.ok_or_else(|| format!("there is no scenario `{name}`; `cargo e2e --list` names them all"))
    };
    cli.names.iter().map(find).collect()
}

/// A folder of this run. Those of earlier runs that are over are removed, so that runs that were killed leave nothing.
fn folder() -> Result<PathBuf, String> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/e2e");
    let folder = all.join(std::process::id().to_string());
    std::fs::create_dir_all(&folder).map_err(|error| format!("making {}: {error}", folder.display()))?;
    let earlier = std::fs::read_dir(&all).into_iter().flatten().flatten();
    for run in earlier.filter(|run| !is_running(&run.file_name().to_string_lossy())) {
        let _ = std::fs::remove_dir_all(run.path());
    }
    Ok(folder)
}

fn is_running(process_id: &str) -> bool {
    let pid = process_id.parse().ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Held,
    Skipped,
    Failed,
}

async fn run_all(scenarios: &[Scenario], stage: &Arc<Stage>, jobs: usize) -> Vec<Outcome> {
    let runs = scenarios.iter().map(|scenario| {
        let (scenario, stage) = (*scenario, Arc::clone(stage));
        // A task each, so that one scenario that computes does not hold up the others.
        async move {
            tokio::spawn(async move { run_one(scenario, &stage).await }).await.unwrap_or(Outcome::Failed)
        }
    });
    futures_util::stream::iter(runs).buffer_unordered(jobs.max(1)).collect().await
}

async fn run_one(scenario: Scenario, stage: &Arc<Stage>) -> Outcome {
    if let Some(reason) = scenario.unsupported(stage.target()) {
        println!("skipped  {:<44} {reason}", scenario.name);
        return Outcome::Skipped;
    }
    let begun = Instant::now();
    let mut end = attempt(scenario, stage).await;
    if let (Err(reason), Target::Dapr(release)) = (&end, stage.target())
        && *release < Release::NEWEST
    {
        // Older daprd lose a reminder now and then on a busy machine. What fails twice is no such accident.
        println!("again    {:<44} {}", scenario.name, indented(reason).trim_start());
        end = attempt(scenario, stage).await;
    }
    let took = begun.elapsed().as_secs_f64();
    match end {
        Ok(()) => {
            println!("ok       {:<44} {took:6.1} s", scenario.name);
            Outcome::Held
        }
        Err(reason) => {
            let folder = stage.folder().join(scenario.name);
            println!(
                "FAILED   {:<44} {took:6.1} s\n{}\n         logs: {}",
                scenario.name,
                indented(&reason),
                folder.display()
            );
            Outcome::Failed
        }
    }
}

async fn attempt(scenario: Scenario, stage: &Arc<Stage>) -> Result<(), String> {
    match Env::new(&scenario, stage) {
        Ok(env) => scenario.run(env).await,
        Err(error) => Err(error.to_string()),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("         {line}")).collect::<Vec<_>>().join("\n")
}

fn summarise(outcomes: &[Outcome], stage: &Stage, took: Duration) -> bool {
    let count = |wanted: &Outcome| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    let (held, skipped, failed) = (count(&Outcome::Held), count(&Outcome::Skipped), count(&Outcome::Failed));
    let target = match stage.target() {
        Target::Dapr(release) => format!("Dapr {release}"),
        Target::Embedded => "the embedded sidecar".to_owned(),
    };
    println!("\n{held} held, {failed} failed, {skipped} skipped on {target} in {:.0} s", took.as_secs_f64());
    if failed == 0 {
        // What nobody has to look into is not kept.
        let _ = std::fs::remove_dir_all(stage.folder());
    }
    failed == 0
}
