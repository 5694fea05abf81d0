//! History that comes with work items.

use prost::Message as _;

use super::fake::{Fake, Script, activity_item, event, first_turn, turn, workflow_item};
use super::*;

#[activity]
async fn reads(ctx: &ActivityContext) -> Option<Vec<String>> {
    let history = ctx.propagated_history()?;
    Some(history.workflows().iter().map(|workflow| workflow.instance_id.clone()).collect())
}

fn chunk(app_id: &str, instance_id: &str) -> pb::PropagatedHistoryChunk {
    let (app_id, instance_id) = (app_id.to_owned(), instance_id.to_owned());
    pb::PropagatedHistoryChunk { app_id, instance_id, ..Default::default() }
}

fn history(chunks: Vec<pb::PropagatedHistoryChunk>) -> pb::PropagatedHistory {
    pb::PropagatedHistory { scope: pb::HistoryPropagationScope::Lineage as i32, chunks }
}

fn with_history(mut item: pb::WorkItem, given: pb::PropagatedHistory) -> pb::WorkItem {
    match item.request.as_mut().unwrap() {
        pb::work_item::Request::ActivityRequest(request) => request.propagated_history = Some(given),
        pb::work_item::Request::WorkflowRequest(request) => request.propagated_history = Some(given),
    }
    item
}

#[tokio::test]
async fn an_activity_reads_what_its_caller_hands_down() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).activity(reads).start().await.unwrap();
    fake.opened().await;
    let given = history(vec![chunk("shop", "o-1"), chunk("bank", "p-1")]);
    fake.send(with_history(activity_item("reads", None, 0, ""), given));
    assert_eq!(fake.activity().await.result.as_deref(), Some(r#"["o-1","p-1"]"#));
    fake.send(activity_item("reads", None, 1, ""));
    assert_eq!(fake.activity().await.result, None);
}

#[tokio::test]
async fn an_activity_with_invalid_history_fails_without_running() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).activity(reads).start().await.unwrap();
    fake.opened().await;
    fake.send(with_history(activity_item("reads", None, 0, ""), history(vec![chunk("", "o-1")])));
    let failure = fake.activity().await.failure_details.unwrap();
    assert_eq!((&*failure.error_type, failure.is_non_retriable), ("InvalidPropagatedHistory", true));
    assert!(failure.error_message.contains("instance `o-1`) names no app"), "{}", failure.error_message);
}

/// No deployment could mend it, so it does not stall; and without the recorded patches daprd would stall it after all.
#[tokio::test]
async fn a_workflow_with_invalid_history_fails_and_reports_the_recorded_patches() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    let version = pb::WorkflowVersion { patches: vec!["p".to_owned()], name: None };
    let begun = pb::WorkflowStartedEvent { version: Some(version) };
    let mut request = first_turn("a-1", "quadruple", Some("1"));
    request.past_events = request.new_events.drain(..).map(|event| event.encode_to_vec().into()).collect();
    request
        .past_events
        .insert(0, event(-1, pb::history_event::EventType::WorkflowStarted(begun)).encode_to_vec().into());
    request.new_events = turn("a-1", vec![]).new_events;
    let mut broken = chunk("shop", "o-1");
    broken.raw_events = vec![bytes::Bytes::from_static(b"\xff")];
    fake.send(with_history(workflow_item(request, ""), history(vec![broken])));
    let answer = fake.workflow().await;
    let [action] = &answer.actions[..] else { panic!("{answer:?}") };
    let Some(WorkflowActionType::CompleteWorkflow(end)) = &action.workflow_action_type else {
        panic!("{answer:?}")
    };
    assert_eq!((action.id, end.workflow_status), (-1, pb::OrchestrationStatus::Failed as i32));
    assert_eq!(end.failure_details.as_ref().unwrap().error_type, "InvalidPropagatedHistory");
    assert_eq!(answer.version.unwrap().patches, ["p"]);
}
