//! The workflows that are measured, by the attributes that users write.

use dacapo::prelude::*;

const GO: Event<u32> = Event::new("go");

/// One step of a workflow. Nothing here ever runs it: its results stand in the histories.
#[activity]
pub async fn step(at: u32) -> Result<u32> {
    Ok(at + 1)
}

/// One step after the other.
#[workflow]
pub async fn chain(steps: u32) -> Result<u32> {
    let mut at = 0;
    for _ in 0..steps {
        at = step(at).await?;
    }
    Ok(at)
}

/// All steps at once.
#[workflow]
pub async fn fan_out(width: u32) -> Result<u32> {
    let mut sum = 0;
    for result in (0..width).map(step).collect::<Vec<_>>().await {
        sum += result?;
    }
    Ok(sum)
}

/// Waits for an external event.
#[workflow]
pub async fn parked(_order: String) -> Result<u32> {
    Ok(GO.recv().await?)
}
