//! The threads that run workflow code.
//!
//! Executions are not `Send`, so an instance stays on one thread, found by the hash of its id.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use dacapo_engine::Workflows;
use dacapo_proto::WorkflowTurn;
use tokio::sync::oneshot;
use tracing::dispatcher::{self, Dispatch};
use tracing::subscriber::NoSubscriber;
use xxhash_rust::xxh3::xxh3_64;

use super::builder::Settings;
use super::executor::{Begun, Executor, TurnEnd};

/// Threads that run turns, each with the executions of its instances.
pub(super) struct WorkflowThreads {
    jobs: Vec<Sender<Job>>,
}

enum Job {
    Turn { turn: Box<WorkflowTurn>, session: u64, begun: Begun, end: oneshot::Sender<TurnEnd> },
    Forget { instance_id: String },
}

impl WorkflowThreads {
    /// Starts the threads. They end when this value is dropped.
    pub(super) fn spawn<W>(workflows: &Arc<W>, settings: &Settings) -> io::Result<Self>
    where
        W: Workflows + Send + Sync + 'static,
    {
        let threads = settings.workflow_threads.max(1);
        let (bytes_max, idle_max) = (settings.warm_bytes_max / threads, settings.warm_idle_max);
        let limits = settings.limits;
        let dispatch = dispatcher::get_default(Dispatch::clone);
        let mut jobs = Vec::with_capacity(threads);
        for number in 0..threads {
            let (sender, receiver) = mpsc::channel();
            let (workflows, dispatch) = (Arc::clone(workflows), dispatch.clone());
            thread::Builder::new().name(format!("workflows-{number}")).spawn(move || {
                // Made here, because executions may not leave their thread.
                let executor = move || Executor::new(workflows.clone(), bytes_max, idle_max).limits(limits);
                logging_as(&dispatch, || serve(&receiver, &executor));
            })?;
            jobs.push(sender);
        }
        Ok(Self { jobs })
    }

    /// Runs a turn. The first receiver tells the workflow's name when its code begins to run, the second how it ended.
    pub(super) fn run(
        &self,
        turn: WorkflowTurn,
        session: u64,
    ) -> (oneshot::Receiver<String>, oneshot::Receiver<TurnEnd>) {
        let (begun_sender, begun) = oneshot::channel();
        let (end_sender, end) = oneshot::channel();
        let thread = self.thread_of(&turn.instance_id);
        let begun_sender = Begun::new(begun_sender);
        // A thread that has ended drops the job, and with it the senders, which tells the receivers.
        let _ =
            thread.send(Job::Turn { turn: Box::new(turn), session, begun: begun_sender, end: end_sender });
        (begun, end)
    }

    /// Drops what is kept for an instance: its last answer did not arrive.
    pub(super) fn forget(&self, instance_id: String) {
        let _ = self.thread_of(&instance_id).send(Job::Forget { instance_id });
    }

    fn thread_of(&self, instance_id: &str) -> &Sender<Job> {
        let hash = xxh3_64(instance_id.as_bytes());
        // The remainder is below a length, so it fits.
        &self.jobs[(hash % self.jobs.len() as u64) as usize]
    }
}

impl fmt::Debug for WorkflowThreads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowThreads").field("threads", &self.jobs.len()).finish()
    }
}

/// Runs with the subscriber of whoever started the worker, unless there was none then: one that is set for the whole
/// program later is found anyway.
fn logging_as(dispatch: &Dispatch, run: impl FnOnce()) {
    if dispatch.is::<NoSubscriber>() { run() } else { dispatcher::with_default(dispatch, run) }
}

/// Works off jobs until there can be no more.
fn serve(jobs: &Receiver<Job>, executor: &dyn Fn() -> Executor) {
    let mut current = executor();
    while let Some(job) = next(jobs, &current) {
        // Only the executor is shared with what panicked, and it is replaced.
        if catch_unwind(AssertUnwindSafe(|| perform(&mut current, job))).is_err() {
            tracing::error!(
                "a panic outside of workflow bodies; the workflows kept by this thread are replayed"
            );
            let broken = std::mem::replace(&mut current, executor());
            // What panicked once may panic again when it is dropped.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(broken)));
        }
    }
}

fn perform(executor: &mut Executor, job: Option<Job>) {
    match job {
        None => executor.expire(Instant::now()),
        Some(Job::Forget { instance_id }) => executor.forget(&instance_id),
        Some(Job::Turn { turn, session, begun, end }) => {
            // Nobody waits any more when the worker was shut down.
            let _ = end.send(executor.run(*turn, session, begun));
        }
    }
}

/// The next job; `Some(None)` when it is time to look for idle executions, `None` when all senders are gone.
fn next(jobs: &Receiver<Job>, executor: &Executor) -> Option<Option<Job>> {
    let Some(wait) = executor.idle_left(Instant::now()) else { return jobs.recv().ok().map(Some) };
    if wait == Duration::ZERO {
        // However much there is to do: idle executions would stay for as long as that lasts.
        return Some(None);
    }
    match jobs.recv_timeout(wait) {
        Ok(job) => Some(Some(job)),
        Err(RecvTimeoutError::Timeout) => Some(None),
        Err(RecvTimeoutError::Disconnected) => None,
    }
}
