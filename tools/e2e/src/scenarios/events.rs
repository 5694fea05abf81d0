//! External events.

use std::time::Duration;

use dacapo::client::{HistoryEvent, Status};
use dacapo::prelude::*;

use super::support::{GO, SOON, event_id, events, until, until_status};
use crate::scenario::Env;

super::scenarios![
    event_without_a_time_limit,
    event_in_time,
    event_too_late,
    event_names_are_compared_without_case,
    events_before_the_wait,
    one_event_wakes_one_waiter,
    event_of_another_type,
    event_that_a_race_left_behind,
    events_from_elsewhere,
];

const NUMBER: Event<u32> = Event::new("Number");

#[workflow]
async fn take_one(limit_ms: Option<u64>) -> Result<Option<u32>> {
    let taken = match limit_ms {
        None => NUMBER.recv().await,
        Some(limit) => NUMBER.recv().timeout(Duration::from_millis(limit)).await,
    };
    match taken {
        Ok(number) => Ok(Some(number)),
        Err(EventError::Elapsed) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn event_without_a_time_limit(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(take_one).start().await?;
    let run = app.client().schedule(take_one(None).id(env.id("a"))).await?;
    run.raise(NUMBER, 7).await?;
    assert_eq!(run.result_within(SOON).await?, Some(7));
    worker.shutdown().await
}

async fn event_in_time(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(take_one).start().await?;
    let run = app.client().schedule(take_one(Some(3_600_000)).id(env.id("a"))).await?;
    run.raise(NUMBER, 7).await?;
    assert_eq!(run.result_within(SOON).await?, Some(7));
    worker.shutdown().await
}

async fn event_too_late(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(take_one).start().await?;
    let run = app.client().schedule(take_one(Some(100)).id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, None);
    run.raise(NUMBER, 7).await?;
    assert_eq!(run.status().await?.output, None, "an instance that has ended ignores events");
    worker.shutdown().await
}

async fn event_names_are_compared_without_case(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(take_one).start().await?;
    for (n, name) in ["number", "NUMBER", "nUmBeR"].into_iter().enumerate() {
        let run = app.client().schedule(take_one(Some(3_600_000)).id(env.id(&n.to_string()))).await?;
        run.instance().raise_json(name, Some("7".to_owned())).await?;
        assert_eq!(run.result_within(SOON).await?, Some(7), "{name}");
    }
    worker.shutdown().await
}

#[workflow]
async fn collect_after_go(count: usize) -> Result<Vec<u32>> {
    GO.recv().await?;
    let mut numbers = Vec::new();
    while numbers.len() < count {
        numbers.push(NUMBER.recv().await?);
    }
    Ok(numbers)
}

async fn events_before_the_wait(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(collect_after_go).start().await?;
    let run = app.client().schedule(collect_after_go(20).id(env.id("a"))).await?;
    for number in 0..20 {
        run.raise(NUMBER, number).await?;
    }
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, (0..20).collect::<Vec<_>>());
    let timers = events(run.instance())
        .await
        .unwrap_or_default()
        .into_iter()
        .filter(|event| matches!(event, HistoryEvent::TimerCreated { .. }));
    assert!(timers.count() <= 1, "a wait that finds its event creates no timer");
    worker.shutdown().await
}

#[workflow]
async fn two_waiters() -> Result<(u32, u32)> {
    let (first, second) = (NUMBER.recv(), NUMBER.recv()).await;
    Ok((first?, second?))
}

async fn one_event_wakes_one_waiter(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(two_waiters).start().await?;
    let run = app.client().schedule(two_waiters().id(env.id("a"))).await?;
    run.raise(NUMBER, 1).await?;
    assert_eq!(run.status().await?.status, Status::Running);
    run.raise(NUMBER, 2).await?;
    assert_eq!(run.result_within(SOON).await?, (1, 2));
    worker.shutdown().await
}

#[workflow]
async fn picky() -> Result<String> {
    match NUMBER.recv().await {
        Err(EventError::Undecodable { text, .. }) => Ok(text),
        other => Err(dacapo::Error::msg(format!("{other:?}"))),
    }
}

async fn event_of_another_type(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(picky).start().await?;
    let run = app.client().schedule(picky().id(env.id("a"))).await?;
    run.instance().raise_json("number", Some(r#"{"n":1}"#.to_owned())).await?;
    assert_eq!(run.result_within(SOON).await?, r#"{"n":1}"#);
    worker.shutdown().await
}

#[activity]
async fn nothing() {}

#[workflow]
async fn loses_a_race() -> Result<u32> {
    race((nothing(), NUMBER.recv())).await;
    GO.recv().await?;
    Ok(NUMBER.recv().await?)
}

/// The waiter that lost is gone: the event goes to the one that waits when it comes.
async fn event_that_a_race_left_behind(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(loses_a_race).activity(nothing).start().await?;
    let run = app.client().schedule(loses_a_race().id(env.id("a"))).await?;
    let activity_ended = async || -> Result<bool, dacapo::RuntimeError> {
        Ok(events(run.instance())
            .await?
            .iter()
            .any(|event| matches!(event, HistoryEvent::ActivityCompleted { .. })))
    };
    if event_id(run.instance(), |event| matches!(event, HistoryEvent::ActivityScheduled { .. })).await.is_ok()
    {
        until("the activity to end".to_owned(), activity_ended).await?;
    }
    run.raise(NUMBER, 7).await?;
    run.raise(GO, ()).await?;
    assert_eq!(run.result_within(SOON).await?, 7);
    worker.shutdown().await
}

/// Events may come as any text or none: from Dapr's HTTP API, its command line, other languages.
async fn events_from_elsewhere(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(collect_after_go).start().await?;
    let run = app.client().schedule(collect_after_go(1).id(env.id("a"))).await?;
    run.instance().raise_json("go", None).await?;
    until_status(run.instance(), Status::Running).await?;
    run.instance().raise_json("number", Some(" 7 ".to_owned())).await?;
    assert_eq!(run.result_within(SOON).await?, [7]);
    worker.shutdown().await
}
