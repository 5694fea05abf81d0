//! Continue-as-new.

use dacapo::client::{HistoryEvent, RunError, Status};
use dacapo::prelude::*;

use super::support::{Counter, GO, SOON, events, until};
use crate::scenario::Env;

super::scenarios![
    twenty_five_generations_without_a_pause,
    generations_with_activities_and_timers,
    fifty_events_over_the_generations,
    events_left_behind,
    terminate_beats_continue_as_new,
    child_that_continues_as_new,
    results_of_an_old_generation_are_not_taken_for_new_ones,
];

const ITEM: Event<u32> = Event::new("item");

#[workflow]
async fn count_up(generation: u32, last: u32) -> Result<u32> {
    if generation == last {
        return Ok(generation);
    }
    return count_up(generation + 1, last).continue_as_new().await;
}

/// daprd interrupts after twenty generations in one go.
async fn twenty_five_generations_without_a_pause(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(count_up).start().await?;
    let run = app.client().schedule(count_up(0, 25).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 25);
    let history = events(run.instance()).await.unwrap_or_default();
    let starts = history.iter().filter(|event| matches!(event, HistoryEvent::Started { .. })).count();
    assert!(starts <= 1, "the history is that of the last generation: {history:?}");
    worker.shutdown().await
}

#[activity]
async fn count(counter: State<Counter>) -> u32 {
    counter.add()
}

#[workflow]
async fn work_and_rest(ctx: &WorkflowContext, generation: u32) -> Result<u32> {
    let counted = count().await?;
    ctx.create_timer(Duration::from_millis(10)).await;
    if generation == 5 {
        return Ok(counted);
    }
    return work_and_rest(generation + 1).continue_as_new().await;
}

async fn generations_with_activities_and_timers(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker =
        app.worker().workflow(work_and_rest).activity(count).state(Counter::default()).start().await?;
    let run = app.client().schedule(work_and_rest(1).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, 5);
    worker.shutdown().await
}

#[workflow]
async fn take_and_continue(mut taken: Vec<u32>, wanted: usize) -> Result<Vec<u32>> {
    taken.push(ITEM.recv().await?);
    if taken.len() == wanted {
        return Ok(taken);
    }
    return take_and_continue(taken, wanted).continue_as_new().await;
}

async fn fifty_events_over_the_generations(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(take_and_continue).start().await?;
    let run = app.client().schedule(take_and_continue(Vec::new(), 50).id(env.id("a"))).await?;
    for item in 0..50 {
        run.raise(ITEM, item).await?;
    }
    assert_eq!(run.result_within(SOON).await?, (0..50).collect::<Vec<_>>());
    worker.shutdown().await
}

#[workflow]
async fn forgetful(generation: u32) -> Result<Option<u32>> {
    GO.recv().await?;
    if generation == 0 {
        return forgetful(1).continue_as_new().drop_events().await;
    }
    Ok(ITEM.recv().timeout(Duration::from_millis(10)).await.ok())
}

async fn events_left_behind(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(forgetful).start().await?;
    let run = app.client().schedule(forgetful(0).id(env.id("a"))).await?;
    run.raise(ITEM, 1).await?;
    run.raise(GO, ()).await?;
    let continued = async || Ok(run.status().await?.input.as_deref() == Some("1"));
    until("the next generation".to_owned(), continued).await?;
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, None);
    worker.shutdown().await
}

#[workflow]
async fn for_ever(ctx: &WorkflowContext, generation: u64) -> Result<()> {
    ctx.create_timer(Duration::from_millis(5)).await;
    return for_ever(generation + 1).continue_as_new().await;
}

async fn terminate_beats_continue_as_new(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(for_ever).start().await?;
    for n in 0..5 {
        let run = app.client().schedule(for_ever(0).id(env.id(&n.to_string()))).await?;
        run.terminate("over").await?;
        let Err(RunError::Terminated { output, .. }) = run.result_within(SOON).await else {
            panic!("it is terminated")
        };
        assert_eq!(output.as_deref(), Some("\"over\""));
    }
    worker.shutdown().await
}

#[workflow]
async fn parent() -> Result<(u32, u32)> {
    let (first, second) = (count_up(0, 3), count_up(0, 30)).await;
    Ok((first?, second?))
}

async fn child_that_continues_as_new(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(parent).workflow(count_up).start().await?;
    let run = app.client().schedule(parent().id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, (3, 30));
    worker.shutdown().await
}

#[activity]
async fn slow_echo(gate: State<tokio::sync::watch::Sender<bool>>, n: u32) -> Result<u32> {
    if n == 0 {
        gate.subscribe().wait_for(|open| *open).await?;
    }
    Ok(n)
}

#[workflow]
async fn leaves_work_behind(ctx: &WorkflowContext, generation: u32) -> Result<u32> {
    let work = ctx.start(slow_echo(generation));
    GO.recv().await?;
    if generation == 0 {
        return leaves_work_behind(1).continue_as_new().await;
    }
    Ok(work.await?)
}

/// The activity of the first generation ends in the second, where the same id means another call.
async fn results_of_an_old_generation_are_not_taken_for_new_ones(env: Env) -> Result<()> {
    let (app, gate) = (env.app().await?, tokio::sync::watch::Sender::new(false));
    let worker =
        app.worker().workflow(leaves_work_behind).activity(slow_echo).state(gate.clone()).start().await?;
    let run = app.client().schedule(leaves_work_behind(0).id(env.id("a"))).await?;
    run.raise(GO, ()).await?;
    let continued = async || Ok(run.status().await?.input.as_deref() == Some("1"));
    until("the next generation".to_owned(), continued).await?;
    gate.send_replace(true);
    assert_eq!(run.status().await?.status, Status::Running);
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, 1);
    worker.shutdown().await
}
