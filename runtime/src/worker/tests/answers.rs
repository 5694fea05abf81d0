//! Giving answers to sidecars that do not take them at once, or not at all.

use tonic::Code;

use super::fake::{Call, Fake, Reply, Script, activity_item, first_turn, second_turn, workflow_item};
use super::*;
use crate::worker::ProblemPolicy;

const UNIMPLEMENTED: Reply = Reply::Fail(Code::Unimplemented, "unknown method");
/// What daprd before 1.18 says to calls that it does not know.
const MISSING_APP: Reply = Reply::Fail(
    Code::Unknown,
    "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found",
);
const UNAVAILABLE: Reply = Reply::Fail(Code::Unavailable, "try later");

#[activity]
async fn fill(bytes: usize) -> String {
    "x".repeat(bytes)
}

#[activity]
async fn fail_at_length(bytes: usize) -> Result<()> {
    Err(Error::with_type("TooLong", "x".repeat(bytes)))
}

#[workflow]
async fn schedule_a_lot(bytes: usize) -> Result<usize> {
    Ok(measure("x".repeat(bytes)).await?)
}

#[activity]
async fn measure(text: String) -> usize {
    text.len()
}

/// The next call that is no Hello.
async fn next(fake: &mut Fake) -> Call {
    fake.next_of(|call| (!matches!(call, Call::Hello)).then_some(call)).await
}

fn turn(token: &str) -> pb::WorkItem {
    workflow_item(first_turn(token, "quadruple", Some("1")), token)
}

#[tokio::test]
async fn a_sidecar_that_knows_only_the_old_call_is_asked_once_a_connection() {
    let mut fake = Fake::start(Script::default().reply("CompleteWorkflowTask", [UNIMPLEMENTED])).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(turn("first"));
    assert!(matches!(next(&mut fake).await, Call::Workflow(answer) if answer.completion_token == "first"));
    assert!(
        matches!(next(&mut fake).await, Call::Orchestrator(answer) if answer.completion_token == "first")
    );
    fake.send(turn("second"));
    assert!(
        matches!(next(&mut fake).await, Call::Orchestrator(answer) if answer.completion_token == "second")
    );
    fake.end_stream(tonic::Status::unavailable("an upgrade"));
    fake.opened().await;
    fake.send(turn("third"));
    assert!(matches!(next(&mut fake).await, Call::Workflow(answer) if answer.completion_token == "third"));
}

#[tokio::test]
async fn a_sidecar_that_takes_the_new_call_for_another_apps_is_asked_with_the_old_one() {
    let mut fake = Fake::start(Script::default().reply("CompleteWorkflowTask", [MISSING_APP])).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(turn("first"));
    assert!(matches!(next(&mut fake).await, Call::Workflow(answer) if answer.completion_token == "first"));
    assert!(
        matches!(next(&mut fake).await, Call::Orchestrator(answer) if answer.completion_token == "first")
    );
}

#[tokio::test]
async fn an_answer_is_given_again_with_the_same_token() {
    let script =
        Script::default().reply("CompleteActivityTask", [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, Reply::Ok]);
    let mut fake = Fake::start(script).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("double", Some("1"), 0, "token"));
    for _ in 0..4 {
        assert!(
            matches!(next(&mut fake).await, Call::Activity(answer) if answer.completion_token == "token")
        );
    }
    fake.send(activity_item("double", Some("2"), 0, "another"));
    assert!(matches!(next(&mut fake).await, Call::Activity(answer) if answer.completion_token == "another"));
}

#[tokio::test]
async fn an_answer_that_never_arrives_tears_the_stream_down_so_that_the_item_comes_again() {
    let replies = [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, Reply::Ok];
    let mut fake = Fake::start(Script::default().reply("CompleteWorkflowTask", replies)).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(turn("token"));
    assert_eq!(fake.gone().await, 0);
    assert_eq!(fake.opened().await, 1);
    fake.send(turn("token"));
    assert_eq!(fake.workflow().await.completion_token, "token");
}

#[tokio::test]
async fn an_answer_that_hangs_counts_as_failed() {
    let mut fake =
        Fake::start(Script::default().reply("CompleteActivityTask", [Reply::Hang, Reply::Ok])).await;
    let mut builder = worker(&fake);
    builder.settings.pace.answer_timeout = Duration::from_millis(50);
    let _worker = builder.start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("double", Some("1"), 0, "token"));
    for _ in 0..2 {
        assert_eq!(fake.activity().await.completion_token, "token");
    }
}

#[tokio::test]
async fn an_answer_that_somebody_else_gave_is_dropped() {
    let superseded = Reply::Fail(Code::Unknown, "unknown instance ID/task ID combo: a-1/0");
    let mut fake =
        Fake::start(Script::default().reply("CompleteActivityTask", [superseded, Reply::Ok])).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("double", Some("1"), 0, "old"));
    fake.activity().await;
    fake.send(activity_item("double", Some("1"), 1, "new"));
    assert!(matches!(next(&mut fake).await, Call::Activity(answer) if answer.completion_token == "new"));
}

#[tokio::test]
async fn a_result_over_the_sidecars_limit_becomes_a_failure() {
    let mut fake = Fake::start_with_limit(Script::default(), 10_000).await;
    let _worker = worker(&fake).activity(fill).activity(fail_at_length).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("fill", Some("9000"), 0, ""));
    assert_eq!(fake.activity().await.result.map(|result| result.len()), Some(9002));
    for name in ["fill", "fail_at_length"] {
        fake.send(activity_item(name, Some("20000"), 0, "token"));
        let answer = fake.activity().await;
        let failure = answer.failure_details.unwrap();
        assert_eq!((&*failure.error_type, &*answer.completion_token), ("PayloadTooLarge", "token"));
        assert!(failure.error_message.contains(name), "{}", failure.error_message);
        assert!(failure.is_non_retriable);
    }
}

/// gRPC libraries refuse more than 4 MiB unless told otherwise, and an item that is refused comes again for ever.
#[tokio::test]
async fn items_and_answers_over_four_mebibytes_travel() {
    const BYTES: usize = 5 << 20;
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).activity(measure).activity(fill).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("measure", Some(&format!("\"{}\"", "x".repeat(BYTES))), 0, ""));
    assert_eq!(fake.activity().await.result, Some(BYTES.to_string()));
    fake.send(activity_item("fill", Some(&BYTES.to_string()), 0, ""));
    assert_eq!(fake.activity().await.result.map(|result| result.len()), Some(BYTES + 2));
}

#[tokio::test]
async fn a_result_over_the_own_limit_becomes_a_failure() {
    let mut fake = Fake::start(Script::default()).await;
    let dapr = Connection::to(&fake.address).unwrap().max_message_bytes(10_000);
    let _worker = Worker::builder(&dapr).activity(fill).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("fill", Some("20000"), 0, ""));
    assert_eq!(fake.activity().await.failure_details.unwrap().error_type, "PayloadTooLarge");
}

#[tokio::test]
async fn an_answer_of_a_turn_over_the_limit_fails_the_instance() {
    let mut fake = Fake::start_with_limit(Script::default(), 10_000).await;
    let _worker = worker(&fake).workflow(schedule_a_lot).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(first_turn("a-1", "schedule_a_lot", Some("20000")), "token"));
    let answer = fake.workflow().await;
    assert_eq!((answer.actions[0].id, &*answer.completion_token), (-1, "token"));
    let failure = completion(&answer).failure_details.clone().unwrap();
    assert_eq!(failure.error_type, "PayloadTooLarge");
    assert!(failure.error_message.contains("`schedule_a_lot`"), "{}", failure.error_message);
}

#[tokio::test]
async fn a_workflow_that_nobody_registered_stalls() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(second_turn("a-1", "sextuple", None), "token"));
    let answer = fake.workflow().await;
    assert!(matches!(only_action(&answer), WorkflowActionType::WorkflowVersionNotAvailable(_)));
    assert_eq!(answer.completion_token, "token");
}

#[tokio::test]
async fn a_workflow_that_nobody_registered_fails_when_the_policy_says_so() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).on_problem(ProblemPolicy::Fail).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(first_turn("a-1", "sextuple", None), ""));
    let answer = fake.workflow().await;
    let failure = completion(&answer).failure_details.clone().unwrap();
    assert_eq!(failure.error_type, "WorkflowNotRegistered");
    assert!(failure.error_message.contains("`sextuple`"), "{}", failure.error_message);
}

#[tokio::test]
async fn input_that_the_workflow_cannot_read_stalls_it() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(second_turn("a-1", "quadruple", Some("\"four\"")), ""));
    let answer = fake.workflow().await;
    assert!(matches!(only_action(&answer), WorkflowActionType::WorkflowVersionNotAvailable(_)));
}

#[tokio::test]
async fn a_sidecar_that_cannot_stall_is_left_without_an_answer() {
    let mut fake = Fake::start(Script::default().reply("ListInstanceIDs", [UNIMPLEMENTED])).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    for token in ["first", "second"] {
        fake.send(workflow_item(second_turn(token, "sextuple", None), token));
    }
    // Asked once, for both.
    assert!(matches!(next(&mut fake).await, Call::List(_)));
    fake.send(turn("third"));
    assert!(matches!(next(&mut fake).await, Call::Workflow(answer) if answer.completion_token == "third"));
}

/// Dapr loses an instance that stalls in its first turn, or ends itself.
#[tokio::test]
async fn a_first_turn_that_cannot_be_run_is_left_without_an_answer() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(first_turn("first", "sextuple", None), "first"));
    fake.send(turn("second"));
    let answer = fake.workflow().await;
    assert_eq!(answer.completion_token, "second");
    fake.send(workflow_item(second_turn("third", "sextuple", None), "third"));
    let answer = fake.workflow().await;
    assert_eq!(answer.completion_token, "third");
}
