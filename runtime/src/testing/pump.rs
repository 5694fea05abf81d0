//! Making things happen: turns first, then activities, then time.

use core::future::poll_fn;
use core::task::Poll;
use core::time::Duration;
use std::collections::VecDeque;

use dacapo_sidecar::core::Time;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::activity;
use super::env::Inner;
use super::fault::Fault;
use super::job::Job;
use super::mockable::CalledKind;
use super::world::{Work, World};
use crate::private::BoxFuture;
use crate::registry::Outcome;

/// How often everybody else in the test gets a chance before time moves.
const PATIENCE: usize = 4;

/// How far a wait may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Turns that are ready.
    Turns,
    /// Everything that happens now.
    Now,
    /// Everything until a moment.
    Until(Time),
    /// Everything there is.
    End,
}

/// Work that is under way.
#[derive(Default)]
pub(super) struct Pump {
    waiting: VecDeque<Job>,
    running: Vec<Running>,
    finished: Vec<(Job, Outcome)>,
}

struct Running {
    job: Job,
    body: BoxFuture<'static, Outcome>,
}

/// Whether anything happened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Done,
    Idle,
}

impl Inner {
    /// Lets things happen until `is_there` has what is waited for; `None` when nothing is left to happen before.
    pub(super) async fn drive<T>(
        &self,
        reach: Reach,
        mut is_there: impl FnMut(&mut World) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let mut pump = self.pump.lock().await;
        let steps_max = self.world().steps_max;
        for _ in 0..steps_max {
            let value = is_there(&mut self.world());
            if value.is_some() {
                return Ok(value);
            }
            if self.step(&mut pump, reach).await? == Step::Idle {
                return Ok(is_there(&mut self.world()));
            }
        }
        Err(self.world().endless())
    }

    async fn step(&self, pump: &mut Pump, reach: Reach) -> Result<Step, Fault> {
        if self.take_turns(pump)? == Step::Done {
            return Ok(Step::Done);
        }
        if reach == Reach::Turns {
            return Ok(Step::Idle);
        }
        self.run_jobs(pump).await?;
        if self.complete_one(pump) == Step::Done {
            return Ok(Step::Done);
        }
        for _ in 0..PATIENCE {
            yield_now().await;
            if self.world().has_work() {
                return Ok(Step::Done);
            }
        }
        let mut world = self.world();
        if world.reply_to_waits() || world.pass_time(reach) { Ok(Step::Done) } else { Ok(Step::Idle) }
    }

    /// Runs all turns that are ready, and collects the activities beside them.
    fn take_turns(&self, pump: &mut Pump) -> Result<Step, Fault> {
        let mut world = self.world();
        let mut step = Step::Idle;
        while let Some(work) = world.next_work()? {
            match work {
                Work::Job(job) => pump.waiting.push_back(job),
                Work::Turned { app, command, what } => {
                    step = Step::Done;
                    if world.crashes.strikes(&what) {
                        pump.lose(&mut world);
                    } else {
                        world.give(&app, command);
                    }
                }
            }
        }
        Ok(step)
    }

    /// Runs all activities that are out to their end.
    async fn run_jobs(&self, pump: &mut Pump) -> Result<(), Fault> {
        while !pump.waiting.is_empty() {
            let mut world = self.world();
            let chosen = world.random.below(pump.waiting.len());
            let Some(job) = pump.waiting.get(chosen) else { break };
            let body = activity::begin(&mut world, job)?;
            if let Some(job) = pump.waiting.remove(chosen) {
                pump.running.push(Running { job, body });
            }
        }
        pump.poll(self).await
    }

    /// Draws one of the results that are there and gives it to the sidecar.
    fn complete_one(&self, pump: &mut Pump) -> Step {
        if pump.finished.is_empty() {
            return Step::Idle;
        }
        let mut world = self.world();
        let chosen = world.random.below(pump.finished.len());
        let (job, outcome) = pump.finished.remove(chosen);
        if world.crashes.strikes(&job.describe()) {
            pump.lose(&mut world);
        } else {
            world.give(&job.app.clone(), job.answer(outcome));
        }
        Step::Done
    }
}

impl Pump {
    fn lose(&mut self, world: &mut World) {
        *self = Self::default();
        world.crash();
    }

    async fn poll(&mut self, inner: &Inner) -> Result<(), Fault> {
        if self.poll_once(inner).await {
            return Ok(());
        }
        let limit = inner.activity_limit();
        let ended = timeout(limit, async { while !self.poll_until_one_ends(inner).await {} }).await;
        ended.map_err(|_| self.too_slow(limit))
    }

    /// Polls every body once; whether all have ended.
    async fn poll_once(&mut self, inner: &Inner) -> bool {
        poll_fn(|cx| {
            self.poll_bodies(inner, cx);
            Poll::Ready(self.running.is_empty())
        })
        .await
    }

    /// Waits until at least one more body has ended; whether all have.
    async fn poll_until_one_ends(&mut self, inner: &Inner) -> bool {
        poll_fn(|cx| {
            let before = self.running.len();
            self.poll_bodies(inner, cx);
            if self.running.is_empty() {
                Poll::Ready(true)
            } else if self.running.len() < before {
                Poll::Ready(false)
            } else {
                Poll::Pending
            }
        })
        .await
    }

    fn poll_bodies(&mut self, inner: &Inner, cx: &mut core::task::Context<'_>) {
        let logs = inner.world().logs.clone();
        let mut still = Vec::new();
        for Running { job, mut body } in self.running.drain(..) {
            let polled = logs.of(&job.key.name, &job.key.instance_id, || body.as_mut().poll(cx));
            match polled {
                Poll::Ready(outcome) => self.finished.push((job, outcome)),
                Poll::Pending => still.push(Running { job, body }),
            }
        }
        self.running = still;
    }

    fn too_slow(&self, limit: Duration) -> Fault {
        let jobs: Vec<_> = self.running.iter().map(|running| &running.job).collect();
        activity::too_slow(&jobs, limit)
    }
}

impl Job {
    fn describe(&self) -> String {
        let kind = if self.key.kind == CalledKind::Activity { "activity" } else { "the mock of workflow" };
        format!("{kind} `{}` (instance `{}`) had run", self.key.name, self.key.instance_id)
    }
}

impl World {
    /// Whether a turn or an activity is ready to be taken.
    fn has_work(&self) -> bool {
        self.apps().any(|app| self.core.has_work(app))
    }

    /// Lets time pass to the next moment when something is due, if it is within reach.
    fn pass_time(&mut self, reach: Reach) -> bool {
        let Some(due) = self.core.next_due() else { return false };
        let is_within = match reach {
            Reach::Turns | Reach::Now => due <= self.now(),
            Reach::Until(end) => due <= end,
            Reach::End => true,
        };
        if is_within {
            self.set_time(due);
        }
        is_within
    }
}
