//! Larger programs: loops of agents, a semaphore, children that are retried side by side.

use std::collections::VecDeque;
use std::sync::Arc;

use dacapo::prelude::*;
use tokio::sync::Mutex;

use super::support::SOON;
use crate::scenario::Env;

super::scenarios![
    loops_of_agents_lose_nothing,
    semaphore,
    failing_children_side_by_side_are_retried_apart,
    children_of_one_name_in_sequence_are_retried_apart,
    thousand_steps.extra().limit(600),
];

const TASK: Event<u32> = Event::new("task");

#[activity]
async fn think(agent: u32, task: u32) -> u32 {
    agent * 100 + task
}

#[workflow]
async fn agent(number: u32) -> Result<Vec<u32>> {
    let mut thoughts = Vec::new();
    for _ in 0..8 {
        match TASK.recv().timeout(Duration::from_secs(60)).await {
            Ok(task) => thoughts.push(think(number, task).await?),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(thoughts)
}

async fn loops_of_agents_lose_nothing(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(agent).activity(think).start().await?;
    let mut runs = Vec::new();
    for number in 0..3 {
        runs.push(app.client().schedule(agent(number).id(env.id(&number.to_string()))).await?);
    }
    for task in 0..8 {
        for run in &runs {
            run.raise(TASK, task).await?;
        }
    }
    for (number, run) in (0..).zip(&runs) {
        assert_eq!(
            run.result_within(SOON).await?,
            (0..8).map(|task| number * 100 + task).collect::<Vec<_>>()
        );
    }
    worker.shutdown().await
}

const REQUEST: Event<u32> = Event::new("request");

/// What a coordinator carries into its next generation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Desk {
    waiting: VecDeque<u32>,
    served: Vec<u32>,
    expected: usize,
}

#[activity]
async fn serve(request: u32) -> u32 {
    request
}

/// Takes requests one a generation, and serves them in batches of three.
#[workflow]
async fn coordinator(mut desk: Desk) -> Result<Vec<u32>> {
    desk.waiting.push_back(REQUEST.recv().await?);
    if desk.waiting.len() == 3 || desk.served.len() + desk.waiting.len() == desk.expected {
        let batch = desk.waiting.drain(..).map(serve).collect::<Vec<_>>();
        for served in batch.await {
            desk.served.push(served?);
        }
    }
    if desk.served.len() == desk.expected {
        return Ok(desk.served);
    }
    return coordinator(desk).continue_as_new().await;
}

async fn semaphore(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(coordinator).activity(serve).start().await?;
    let desk = Desk { expected: 10, ..Desk::default() };
    let run = app.client().schedule(coordinator(desk).id(env.id("a"))).await?;
    for request in 0..10 {
        run.raise(REQUEST, request).await?;
    }
    assert_eq!(run.result_within(SOON).await?, (0..10).collect::<Vec<_>>());
    worker.shutdown().await
}

/// How often each was called.
type Calls = Arc<Mutex<Vec<String>>>;

#[activity]
async fn attempt(calls: State<Calls>, name: String) -> usize {
    let mut calls = calls.lock().await;
    calls.push(name.clone());
    calls.iter().filter(|call| **call == name).count()
}

#[workflow]
async fn fails_until(name: String, good: usize) -> Result<String> {
    match attempt(name.clone()).await? {
        count if count < good => Err(dacapo::Error::msg(format!("attempt {count}"))),
        count => Ok(format!("{name} {count}")),
    }
}

fn policy() -> RetryPolicy {
    RetryPolicy::new(4).first_interval(Duration::from_millis(50))
}

#[workflow]
async fn side_by_side() -> Result<Vec<String>> {
    let first = fails_until("first".to_owned(), 3).retry(policy());
    let second = fails_until("second".to_owned(), 1).retry(policy());
    let third = fails_until("third".to_owned(), 2).retry(policy());
    let (first, second, third) = (first, second, third).await;
    Ok(vec![first?, second?, third?])
}

async fn failing_children_side_by_side_are_retried_apart(env: Env) -> Result<()> {
    let (app, calls) = (env.app().await?, Calls::default());
    let worker = app.worker().workflow(side_by_side).workflow(fails_until).activity(attempt);
    let worker = worker.state(Arc::clone(&calls)).start().await?;
    let run = app.client().schedule(side_by_side().id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, ["first 3", "second 1", "third 2"]);
    assert_eq!(calls.lock().await.len(), 6);
    worker.shutdown().await
}

#[workflow]
async fn in_sequence() -> Result<Vec<String>> {
    let first = fails_until("a".to_owned(), 2).retry(policy()).await?;
    let second = fails_until("b".to_owned(), 3).retry(policy()).await?;
    Ok(vec![first, second])
}

async fn children_of_one_name_in_sequence_are_retried_apart(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(in_sequence).workflow(fails_until).activity(attempt);
    let worker = worker.state(Calls::default()).start().await?;
    let run = app.client().schedule(in_sequence().id(env.id("a"))).await?;
    assert_eq!(run.result_within(SOON).await?, ["a 2", "b 3"]);
    worker.shutdown().await
}

#[activity]
async fn add_one(n: u32) -> u32 {
    n + 1
}

#[workflow]
async fn long_chain(steps: u32) -> Result<u32> {
    let mut n = 0;
    for _ in 0..steps {
        n = add_one(n).await?;
    }
    Ok(n)
}

async fn thousand_steps(env: Env) -> Result<()> {
    let app = env.app().await?;
    let worker = app.worker().workflow(long_chain).activity(add_one).start().await?;
    let run = app.client().schedule(long_chain(1000).id(env.id("a"))).await?;
    assert_eq!(run.result_within(Duration::from_secs(500)).await?, 1000);
    worker.shutdown().await
}
