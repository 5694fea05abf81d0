//! What becomes of work items.

use std::sync::{Condvar, Mutex};

use xxhash_rust::xxh3::xxh3_64;

use super::fake::{Call, Fake, Script, activity_item, first_turn, second_turn, workflow_item};
use super::*;
use crate::worker::ProblemPolicy;

#[activity]
async fn describe(ctx: &ActivityContext) -> String {
    format!("{} of {}, task {} as {}", ctx.name(), ctx.instance_id(), ctx.task_id(), ctx.task_execution_id())
}

#[activity]
async fn explode(fuse: u32) -> u32 {
    assert!(fuse > 10, "the fuse was only {fuse}");
    fuse
}

#[workflow]
async fn blow_up() -> Result<()> {
    panic!("in a workflow")
}

#[tokio::test]
async fn an_activity_is_answered_with_its_ids_and_token() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("double", Some("21"), 7, "token"));
    let answer = fake.activity().await;
    assert_eq!(answer.result.as_deref(), Some("42"));
    assert_eq!(answer.failure_details, None);
    assert_eq!((&*answer.instance_id, answer.task_id, &*answer.completion_token), ("a-1", 7, "token"));
}

#[tokio::test]
async fn a_turn_is_answered_with_its_id_and_token() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(first_turn("a-1", "quadruple", Some("1")), "token"));
    let answer = fake.workflow().await;
    assert_eq!((&*answer.instance_id, &*answer.completion_token), ("a-1", "token"));
    let WorkflowActionType::ScheduleTask(task) = only_action(&answer) else { panic!("{answer:?}") };
    assert_eq!((&*task.name, task.input.as_deref()), ("double", Some("1")));
}

#[tokio::test]
async fn a_token_that_is_not_there_stays_away() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("double", Some("21"), 7, ""));
    assert_eq!(fake.activity().await.completion_token, "");
}

#[tokio::test]
async fn an_activity_sees_the_call_that_it_answers() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).activity(describe).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("describe", None, 3, ""));
    assert_eq!(fake.activity().await.result.as_deref(), Some("\"describe of a-1, task 3 as execution 3\""));
}

#[tokio::test]
async fn an_activity_that_panics_fails_with_its_message_and_the_worker_goes_on() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).activity(explode).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("explode", Some("3"), 0, ""));
    let failure = fake.activity().await.failure_details.unwrap();
    assert_eq!(failure.error_type, "ActivityPanic");
    assert!(
        failure.error_message.contains("`explode` panicked: the fuse was only 3"),
        "{}",
        failure.error_message
    );
    fake.send(activity_item("explode", Some("30"), 0, ""));
    assert_eq!(fake.activity().await.result.as_deref(), Some("30"));
}

#[tokio::test]
async fn an_activity_that_nobody_registered_fails_and_says_what_is_registered() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).activity(explode).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("triple", None, 0, ""));
    let failure = fake.activity().await.failure_details.unwrap();
    assert_eq!(failure.error_type, "ActivityNotRegistered");
    assert!(
        failure.error_message.starts_with("activity `triple` is not registered"),
        "{}",
        failure.error_message
    );
    assert!(failure.error_message.contains("`double`, `explode`"), "{}", failure.error_message);
}

#[tokio::test]
async fn a_workflow_that_panics_fails_with_its_message() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).workflow(blow_up).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(first_turn("a-1", "blow_up", None), ""));
    let answer = fake.workflow().await;
    let failure = completion(&answer).failure_details.clone().unwrap();
    assert_eq!(failure.error_type, "WorkflowPanic");
    assert!(failure.error_message.contains("in a workflow"), "{}", failure.error_message);
}

#[tokio::test]
async fn a_workflow_that_panics_stalls_when_the_worker_is_set_so() {
    let mut fake = Fake::start(Script::default()).await;
    let worker = worker(&fake).workflow(blow_up).on_panic(ProblemPolicy::Stall);
    let _worker = worker.start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(second_turn("a-1", "blow_up", None), ""));
    let answer = fake.workflow().await;
    assert!(matches!(only_action(&answer), WorkflowActionType::WorkflowVersionNotAvailable(_)), "{answer:?}");
}

#[tokio::test]
async fn an_item_of_an_unknown_kind_is_skipped() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(pb::WorkItem { request: None, completion_token: "what".to_owned() });
    fake.send(activity_item("double", Some("1"), 0, "token"));
    assert_eq!(fake.activity().await.completion_token, "token");
}

#[tokio::test]
async fn activities_that_wait_for_their_turn_do_not_hold_up_workflows() {
    let mut fake = Fake::start(Script::default()).await;
    let gate = Gate::new();
    let builder = worker(&fake).activity(wait_at_gate).state(gate.clone()).max_concurrent_activities(1);
    let _worker = builder.start().await.unwrap();
    fake.opened().await;
    for task in 0..3 {
        fake.send(activity_item("wait_at_gate", None, task, ""));
    }
    gate.begun().await;
    fake.send(workflow_item(first_turn("a-1", "quadruple", Some("1")), ""));
    assert_eq!(fake.workflow().await.actions.len(), 1);
    for _ in 0..3 {
        gate.open();
        assert_eq!(fake.activity().await.result.as_deref(), Some("\"passed\""));
    }
}

#[tokio::test]
async fn no_more_activities_run_at_a_time_than_allowed() {
    let mut fake = Fake::start(Script::default()).await;
    let gate = Gate::new();
    let builder = worker(&fake).activity(wait_at_gate).state(gate.clone()).max_concurrent_activities(2);
    let _worker = builder.start().await.unwrap();
    fake.opened().await;
    for task in 0..3 {
        fake.send(activity_item("wait_at_gate", None, task, ""));
    }
    gate.begun().await;
    gate.begun().await;
    // The answer of another item shows that the worker has seen the third.
    fake.send(workflow_item(first_turn("a-1", "quadruple", Some("1")), ""));
    fake.workflow().await;
    assert_eq!(gate.begun.available_permits(), 0);
    gate.open();
    fake.activity().await;
    gate.begun().await;
}

static AT_THE_DOOR: Semaphore = Semaphore::const_new(0);
static CLOSED: (Mutex<bool>, Condvar) = (Mutex::new(true), Condvar::new());

fn wait_at_the_door() {
    AT_THE_DOOR.add_permits(1);
    drop(CLOSED.1.wait_while(CLOSED.0.lock().unwrap(), |closed| *closed).unwrap());
}

#[workflow]
async fn wait_outside() -> Result<()> {
    wait_at_the_door();
    Ok(())
}

/// Two ids whose instances are on different threads, so that one does not wait for the other's thread.
fn ids_apart(threads: u64) -> [String; 2] {
    let thread = |id: &str| xxh3_64(id.as_bytes()) % threads;
    let first = "a-1".to_owned();
    let second = (2..).map(|n| format!("a-{n}")).find(|id| thread(id) != thread(&first));
    [first, second.unwrap()]
}

#[tokio::test]
async fn no_more_turns_run_at_a_time_than_allowed_and_activities_go_on() {
    let [first, second] = ids_apart(2);
    for (limit, overtakes) in [(2, true), (1, false)] {
        *CLOSED.0.lock().unwrap() = true;
        let mut fake = Fake::start(Script::default()).await;
        let builder = worker(&fake).workflow(wait_outside).workflow_threads(2);
        let _worker = builder.max_concurrent_workflows(limit).start().await.unwrap();
        fake.opened().await;
        fake.send(workflow_item(first_turn(&first, "wait_outside", None), ""));
        AT_THE_DOOR.acquire().await.unwrap().forget();
        fake.send(workflow_item(first_turn(&second, "quadruple", Some("1")), ""));
        if overtakes {
            assert_eq!(fake.workflow().await.instance_id, second);
        }
        fake.send(activity_item("double", Some("1"), 0, ""));
        let answer = fake.next_of(|call| (!matches!(call, Call::Hello)).then_some(call)).await;
        assert!(matches!(answer, Call::Activity(_)), "limit {limit}: {answer:?}");
        *CLOSED.0.lock().unwrap() = false;
        CLOSED.1.notify_all();
        assert_eq!(fake.workflow().await.instance_id, first);
        if !overtakes {
            assert_eq!(fake.workflow().await.instance_id, second);
        }
    }
}
