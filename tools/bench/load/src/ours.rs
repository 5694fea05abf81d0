//! Our worker, and the workflows that put load on it.

use dacapo::prelude::*;

use crate::Failure;
use crate::process::answer_questions;

/// Ends a [`patient`] workflow.
pub(crate) const GO: Event<u32> = Event::new("go");

/// An activity that computes next to nothing: what is measured is everything around it.
#[activity]
pub(crate) async fn step(at: u32) -> Result<u32> {
    Ok(at + 1)
}

/// One step after the other.
#[workflow]
pub(crate) async fn chain(steps: u32) -> Result<u32> {
    let mut at = 0;
    for _ in 0..steps {
        at = step(at).await?;
    }
    Ok(at)
}

/// All steps at once.
#[workflow]
pub(crate) async fn parallel(width: u32) -> Result<u32> {
    let mut sum = 0;
    for result in (0..width).map(step).collect::<Vec<_>>().await {
        sum += result?;
    }
    Ok(sum)
}

/// A step, a timer, an event and another step.
#[workflow]
pub(crate) async fn patient(ctx: &WorkflowContext, at: u32) -> Result<u32> {
    let at = step(at).await?;
    ctx.create_timer(Duration::from_millis(100)).await;
    let added = GO.recv().timeout(Duration::from_secs(600)).await?;
    Ok(step(at).await? + added)
}

/// Runs until the input ends.
pub(crate) async fn serve(address: &str) -> std::result::Result<(), Failure> {
    let connection = Connection::to(address)?;
    let worker = Worker::builder(&connection)
        .workflow(chain)
        .workflow(parallel)
        .workflow(patient)
        .activity(step)
        .start()
        .await?;
    answer_questions().await?;
    worker.shutdown().await?;
    Ok(())
}
