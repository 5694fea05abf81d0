//! The limits that a builder sets reach every execution.

use super::fake::{Fake, Script, event, first_turn, workflow_item};
use super::*;
use crate::worker::ProblemPolicy;

#[workflow]
async fn starts_two(ctx: &WorkflowContext) -> Result<u32> {
    let (one, two) = (ctx.start(double(1)), ctx.start(double(2)));
    Ok(one.await? + two.await?)
}

/// What becomes of a first turn with two events that nobody waits for.
async fn first_answer(set: impl FnOnce(WorkerBuilder) -> WorkerBuilder) -> String {
    let mut fake = Fake::start(Script::default()).await;
    let builder = worker(&fake).workflow(starts_two).on_problem(ProblemPolicy::Fail);
    let _worker = set(builder).start().await.unwrap();
    fake.opened().await;
    let mut request = first_turn("a-1", "starts_two", None);
    for name in ["one", "two"] {
        let raised = pb::EventRaisedEvent { name: name.to_owned(), input: None };
        request.new_events.push(event(-1, pb::history_event::EventType::EventRaised(raised)));
    }
    fake.send(workflow_item(request, ""));
    let answer = fake.workflow().await;
    match answer.actions[0].workflow_action_type.as_ref().unwrap() {
        WorkflowActionType::CompleteWorkflow(end) => end.failure_details.clone().unwrap().error_message,
        _ => format!("{} actions", answer.actions.len()),
    }
}

#[tokio::test]
async fn at_each_limit_all_is_well_and_beyond_it_is_named() {
    assert_eq!(first_answer(|builder| builder).await, "2 actions");
    assert_eq!(first_answer(|builder| builder.max_history_events(4)).await, "2 actions");
    let text = first_answer(|builder| builder.max_history_events(3)).await;
    assert!(text.contains("more than 3 events in the history"), "{text}");
    assert_eq!(first_answer(|builder| builder.max_unrecorded_actions(2)).await, "2 actions");
    let text = first_answer(|builder| builder.max_unrecorded_actions(1)).await;
    assert!(text.contains("more than 1 actions at once"), "{text}");
    assert_eq!(first_answer(|builder| builder.max_buffered_events(2)).await, "2 actions");
    let text = first_answer(|builder| builder.max_buffered_events(1)).await;
    assert!(text.contains("more than 1 external events"), "{text}");
    assert_eq!(first_answer(|builder| builder.max_payload_bytes(1)).await, "2 actions");
    let text = first_answer(|builder| builder.max_payload_bytes(0)).await;
    assert!(text.contains("more than 0 bytes in one payload"), "{text}");
}
