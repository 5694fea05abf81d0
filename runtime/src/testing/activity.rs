//! The body of a job: a mock, or the activity itself.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use super::fault::Fault;
use super::job::Job;
use super::mockable::CalledKind;
use super::world::World;
use crate::activity::{ActivityContext, ActivityInfo};
use crate::private::BoxFuture;
use crate::propagated::PropagatedHistory;
use crate::registry::{Outcome, panicked};

/// Begins a job: asks the mocks, then the bodies in this program.
pub(super) fn begin(world: &mut World, job: &Job) -> Result<BoxFuture<'static, Outcome>, Fault> {
    world.note_call(&job.key, job.input.clone());
    if let Some(answer) = world.mocks.answer(&job.key, job.input.as_deref()) {
        return Ok(guarded(job, answer));
    }
    let Some(item) = job.activity.clone() else { return Err(no_mock_left(job)) };
    let registry = world.registry_for(CalledKind::Activity, &item.name)?;
    let Some(entry) = registry.activity(&item.name) else { return Err(not_mocked(job)) };
    if let Some(state) = registry.missing_state(&item.name) {
        return Err(without_state(&item.name, state));
    }
    let propagated = match item.propagated.map(PropagatedHistory::read).transpose() {
        Ok(propagated) => propagated,
        Err(failure) => return Ok(Box::pin(core::future::ready(Err(failure)))),
    };
    let info = ActivityInfo {
        name: item.name,
        instance_id: item.instance_id,
        task_id: item.task_id,
        task_execution_id: item.task_execution_id,
        trace: item.trace,
        propagated,
    };
    let (run, input) = (entry.run, item.input);
    let context = ActivityContext::new(info, registry.states());
    // The call itself may panic too, before there is a future.
    Ok(guarded(job, Box::pin(async move { run(context, input).await })))
}

/// A panic of the body fails the call, as in a worker.
fn guarded(job: &Job, body: BoxFuture<'static, Outcome>) -> BoxFuture<'static, Outcome> {
    let name = job.key.name.clone();
    Box::pin(async move {
        let ended = AssertUnwindSafe(body).catch_unwind().await;
        ended.unwrap_or_else(|panic| Err(panicked("ActivityPanic", &name, panic.as_ref())))
    })
}

fn not_mocked(job: &Job) -> Fault {
    let (name, app) = (&job.key.name, &job.app);
    Fault::new(format!(
        "activity `{name}` is called by instance `{}`, and has neither a mock nor a body here (app `{app}`): add \
         `env.mock({name}, |..| async {{ .. }})`, or register its body with `.activity({name})`",
        job.key.instance_id
    ))
}

fn no_mock_left(job: &Job) -> Fault {
    let name = &job.key.name;
    Fault::new(format!(
        "workflow `{name}` is mocked, but none of its mocks takes instance `{}` with input {}: add one without `.once()`, \
         `.times(..)` and `.when(..)`",
        job.key.instance_id,
        job.input.as_deref().unwrap_or("(none)")
    ))
}

fn without_state(activity: &str, state: &str) -> Fault {
    Fault::new(format!(
        "activity `{activity}` takes `State<{state}>`, which the test does not have: add `.state(..)` with a value of that \
         type to `TestEnv::new()`, or mock the activity"
    ))
}

/// What is said of a job that does not end.
pub(super) fn too_slow(jobs: &[&Job], limit: core::time::Duration) -> Fault {
    let name = |job: &&Job| {
        let kind = if job.key.kind == CalledKind::Activity { "activity" } else { "the mock of workflow" };
        format!("{kind} `{}` (instance `{}`)", job.key.name, job.key.instance_id)
    };
    let names = jobs.iter().map(name).collect::<Vec<_>>().join(", ");
    Fault::new(format!(
        "still running after {limit:?} of real time: {names}; the time of a test is virtual, and only workflows live in \
         it: mock what waits, or allow more with `TestEnv::new().activity_limit(..)`"
    ))
}
