//! Everything is killed, again and again, while workflows run.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use dacapo::RuntimeError;
use dacapo::client::HistoryEvent;
use dacapo::prelude::*;
use tokio::task::JoinSet;

use super::support::events;
use crate::harness::{App, Binaries, Process, Release, Store, logs};
use crate::scenario::{Env, Target};

super::scenarios![
    // daprd 1.17.0 hands results to the wrong instance under this treatment.
    two_hundred_workflows_while_everything_is_killed.since(1, 18).limit(900),
    sidecar_is_upgraded_in_the_middle.since(1, 17).before(1, 18).limit(300),
];

const WORKFLOWS: u64 = 200;
const STEPS: u64 = 5;
/// Unless `DACAPO_FAULTS` says otherwise.
const FAULTS: u32 = 10;
/// Unless `DACAPO_SEED` says otherwise.
const SEED: u64 = 0x5eed;
const PATIENCE: Duration = Duration::from_secs(600);
/// Where workers note which steps they run.
const CALLS: &str = "E2E_CALLS";
const ADD: Event<u64> = Event::new("add");

/// One more than before, noted in a file that survives the worker.
#[activity]
async fn step(ctx: &ActivityContext, calls: State<PathBuf>, number: u64, n: u64) -> Result<u64> {
    let mut file = OpenOptions::new().create(true).append(true).open(&*calls)?;
    // One write: lines of activities that run side by side do not mix.
    file.write_all(format!("{} {number}\n", ctx.instance_id()).as_bytes())?;
    Ok(n + 1)
}

#[workflow]
async fn steps(ctx: &WorkflowContext, start: u64) -> Result<u64> {
    let mut n = start;
    for number in 0..STEPS {
        n = step(number, n).await?;
    }
    ctx.create_timer(Duration::from_millis(500)).await;
    Ok(n + ADD.recv().await?)
}

/// The worker of a process of its own.
pub(super) async fn load_worker() -> Result<Worker> {
    let calls = std::env::var_os(CALLS).ok_or_else(|| dacapo::Error::msg(format!("{CALLS} is not set")))?;
    let dapr = Connection::from_env().await?;
    Ok(Worker::builder(&dapr).workflow(steps).activity(step).state(PathBuf::from(calls)).start().await?)
}

fn worker_process(env: &Env, app: &App, calls: &Path) -> Result<Process> {
    let program = std::env::current_exe()?;
    let mut process = Process::new("the worker", program, env.folder().join("worker.log"));
    process.set_arguments(["--serve-worker", "load"]);
    process.set_variable("DAPR_GRPC_PORT", app.grpc_port().to_string());
    process.set_variable(CALLS, calls.display().to_string());
    Ok(process)
}

async fn two_hundred_workflows_while_everything_is_killed(env: Env) -> Result<()> {
    let mut app = env.app_with(env.options().store(Store::Sqlite)).await?;
    let calls = env.folder().join("calls");
    let mut worker = worker_process(&env, &app, &calls)?;
    worker.start()?;
    let mut runs = JoinSet::new();
    for n in 0..WORKFLOWS {
        let (client, id) = (app.client(), env.id(&n.to_string()));
        runs.spawn(async move { carry_through(&client, id, n).await });
    }
    let mut random = Random(setting("DACAPO_SEED", SEED)?);
    let faults = setting("DACAPO_FAULTS", FAULTS)?;
    for _ in 0..faults {
        tokio::time::sleep(random.pause(1000, 4000)).await;
        fail_once(&env, &mut app, &mut worker, &mut random).await?;
    }
    while let Some(run) = runs.join_next().await {
        run??;
    }
    every_step_ran(&env, &calls)?;
    // It was up through all of it but its own deaths, and did not flood its log.
    let log = std::fs::read_to_string(worker.log())?;
    let losses = log.lines().filter(|line| line.contains("WARN") && line.contains("Dapr sidecar")).count();
    assert!(losses <= usize::try_from(faults)?, "{losses} lines about {faults} faults:\n{log}");
    Ok(())
}

/// A number that the environment may set.
fn setting<T: std::str::FromStr>(variable: &str, default: T) -> Result<T> {
    let Some(text) = std::env::var_os(variable) else { return Ok(default) };
    let number = text.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| dacapo::Error::msg(format!("{variable} is {text:?}, which is no number")))
}

/// Kills one of all processes, and starts it again after a while.
async fn fail_once(env: &Env, app: &mut App, worker: &mut Process, random: &mut Random) -> Result<()> {
    let pause = random.pause(100, 1500);
    let victims = if matches!(env.target(), Target::Dapr(_)) { 4 } else { 2 };
    match random.below(victims) {
        0 => {
            app.kill();
            tokio::time::sleep(pause).await;
            app.start().await?;
        }
        1 => {
            worker.kill();
            tokio::time::sleep(pause).await;
            worker.start()?;
        }
        2 => {
            let mut cluster = env.cluster().await?.lock().await;
            cluster.kill_scheduler();
            tokio::time::sleep(pause).await;
            cluster.start_scheduler().await?;
        }
        _ => {
            let mut cluster = env.cluster().await?.lock().await;
            cluster.kill_placement();
            tokio::time::sleep(pause).await;
            cluster.start_placement().await?;
        }
    }
    Ok(())
}

/// Makes a call until the sidecar is there to answer it. Those of a sidecar that is on its way down or up have many texts.
macro_rules! insist {
    ($call:expr) => {{
        let mut attempts = 0;
        loop {
            match $call {
                Err(
                    RuntimeError::Unreachable { .. }
                    | RuntimeError::TimedOut { .. }
                    | RuntimeError::Sidecar { .. },
                ) if attempts < 200 => {
                    attempts += 1;
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                end => break end,
            }
        }
    }};
}

/// Schedules an instance, raises its event and waits for its end, as a client does that does not give up.
async fn carry_through(client: &Client, id: String, n: u64) -> Result<()> {
    let run = match insist!(client.schedule(steps(n * 100).id(&id)).await) {
        // The answer to an earlier attempt was lost.
        Err(RuntimeError::AlreadyExists { .. }) => client.run(steps, &id),
        scheduled => scheduled?,
    };
    insist!(run.raise(ADD, n).await)?;
    assert_eq!(run.result_within(PATIENCE).await?, n * 100 + STEPS + n, "{id}");
    let history = match insist!(events(run.instance()).await) {
        Err(RuntimeError::Unsupported { .. }) => return Ok(()),
        history => history?,
    };
    let ends = history.iter().filter(|event| matches!(event, HistoryEvent::Ended { .. })).count();
    assert_eq!(ends, 1, "{id}: {history:#?}");
    Ok(())
}

fn every_step_ran(env: &Env, calls: &Path) -> Result<()> {
    let text = std::fs::read_to_string(calls)?;
    let ran = text.lines().collect::<BTreeSet<_>>();
    for n in 0..WORKFLOWS {
        for number in 0..STEPS {
            let call = format!("{} {number}", env.id(&n.to_string()));
            assert!(ran.contains(call.as_str()), "`{call}` never ran");
        }
    }
    Ok(())
}

async fn sidecar_is_upgraded_in_the_middle(env: Env) -> Result<()> {
    let mut app = env.app_with(env.options().store(Store::Sqlite)).await?;
    let calls = env.folder().join("calls");
    let worker = app.worker().workflow(steps).activity(step).state(calls).start().await?;
    let mut runs = Vec::new();
    for n in 0..20 {
        runs.push(app.client().schedule(steps(n).id(env.id(&n.to_string()))).await?);
    }
    app.upgrade(&Binaries::of(Release::NEWEST).await?);
    app.stop().await;
    app.start().await?;
    for (n, run) in (0u64..).zip(&runs) {
        run.raise(ADD, 1).await?;
        assert_eq!(run.result_within(PATIENCE).await?, n + STEPS + 1);
    }
    let warnings = logs::lines_with(&["WARN dacapo::worker", app.connection().endpoint()]);
    assert_eq!(warnings.len(), 1, "one line an outage: {warnings:#?}");
    worker.shutdown().await
}

/// A small generator: faults must come in the same order in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn pause(&mut self, from_ms: u64, to_ms: u64) -> Duration {
        Duration::from_millis(from_ms + self.below(to_ms - from_ms))
    }
}
