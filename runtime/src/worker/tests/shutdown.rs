//! Ending without losing work.

use super::fake::{Call, Fake, Script, activity_item, first_turn, workflow_item};
use super::*;

#[tokio::test]
async fn running_work_is_answered_before_the_stream_is_let_go() {
    let mut fake = Fake::start(Script::default()).await;
    let gate = Gate::new();
    let worker = worker(&fake).activity(wait_at_gate).state(gate.clone()).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("wait_at_gate", None, 0, "token"));
    gate.begun().await;
    let shutdown = tokio::spawn(worker.shutdown());
    gate.open();
    let mut calls = Vec::new();
    loop {
        match fake.next().await {
            Call::Gone(_) => break,
            Call::Hello => {}
            call => calls.push(call),
        }
    }
    assert!(
        matches!(&calls[..], [Call::Activity(answer)] if answer.completion_token == "token"),
        "{calls:?}"
    );
    shutdown.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_is_cut_off_is_not_answered_and_runs_again_elsewhere() {
    let mut fake = Fake::start(Script::default()).await;
    let gate = Gate::new();
    let builder =
        worker(&fake).activity(wait_at_gate).state(gate.clone()).shutdown_grace(Duration::from_millis(10));
    let first = builder.start().await.unwrap();
    fake.opened().await;
    let item = activity_item("wait_at_gate", None, 0, "token");
    fake.send(item.clone());
    gate.begun().await;
    first.shutdown().await.unwrap();
    assert_eq!(fake.gone().await, 0);
    let _second = worker(&fake).activity(wait_at_gate).state(gate.clone()).start().await.unwrap();
    assert_eq!(fake.opened().await, 1);
    fake.send(item);
    gate.begun().await;
    gate.open();
    let answer = fake.activity().await;
    assert_eq!((answer.result.as_deref(), &*answer.completion_token), (Some("\"passed\""), "token"));
}

#[tokio::test]
async fn work_that_has_not_begun_is_left_to_others() {
    let mut fake = Fake::start(Script::default()).await;
    let gate = Gate::new();
    let builder = worker(&fake).activity(wait_at_gate).state(gate.clone()).max_concurrent_activities(1);
    let worker = builder.start().await.unwrap();
    fake.opened().await;
    for task in 0..2 {
        fake.send(activity_item("wait_at_gate", None, task, ""));
    }
    gate.begun().await;
    let shutdown = tokio::spawn(worker.shutdown());
    // The stream is still open while the first one runs, but the second does not begin any more.
    tokio::task::yield_now().await;
    gate.open();
    gate.open();
    let answer = fake.activity().await;
    assert_eq!(fake.gone().await, 0);
    shutdown.await.unwrap().unwrap();
    assert_eq!((answer.task_id, gate.begun.available_permits()), (0, 0));
}

#[tokio::test]
async fn turns_that_come_while_work_finishes_are_answered_and_activities_are_left_to_others() {
    let mut fake = Fake::start(Script::default()).await;
    let gate = Gate::new();
    let worker = worker(&fake).activity(wait_at_gate).state(gate.clone()).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("wait_at_gate", None, 0, "token"));
    gate.begun().await;
    let shutdown = tokio::spawn(worker.shutdown());
    tokio::task::yield_now().await;
    fake.send(activity_item("wait_at_gate", None, 1, "left"));
    fake.send(workflow_item(first_turn("a-1", "quadruple", Some("1")), "turn"));
    assert_eq!(fake.workflow().await.completion_token, "turn");
    gate.open();
    assert_eq!(fake.activity().await.completion_token, "token");
    fake.send(workflow_item(first_turn("a-2", "quadruple", Some("1")), "the next one"));
    assert_eq!(fake.workflow().await.completion_token, "the next one");
    assert_eq!(fake.gone().await, 0);
    shutdown.await.unwrap().unwrap();
    assert_eq!(gate.begun.available_permits(), 0, "the second activity did not begin");
}

#[tokio::test]
async fn a_worker_without_a_sidecar_shuts_down_at_once() {
    let worker = worker_at("http://127.0.0.1:1").start().await.unwrap();
    worker.shutdown().await.unwrap();
}
