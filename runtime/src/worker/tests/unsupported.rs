//! What sidecars do not know and would not refuse.

use super::fake::{Fake, Script, first_turn, second_turn, workflow_item};
use super::*;

#[workflow]
async fn spawns(ctx: &WorkflowContext) -> Result<String> {
    ctx.start_detached(quadruple(1))
}

#[workflow]
async fn calls_out() -> Result<u32> {
    Ok(double(1).app_in("europe", "bank").await?)
}

async fn answer_of(script: Script, turn: pb::WorkflowRequest) -> pb::WorkflowResponse {
    let mut fake = Fake::start(script).await;
    let _worker = worker(&fake).workflow(spawns).workflow(calls_out).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(turn, "token"));
    fake.workflow().await
}

fn kinds(answer: &pb::WorkflowResponse) -> Vec<&WorkflowActionType> {
    answer.actions.iter().filter_map(|action| action.workflow_action_type.as_ref()).collect()
}

#[tokio::test]
async fn an_instance_without_history_fails_with_a_named_problem() {
    let answer = answer_of(Script::default().release("1.18.0"), first_turn("a-1", "spawns", None)).await;
    let failure = completion(&answer).failure_details.as_ref().unwrap();
    assert_eq!((&*failure.error_type, failure.is_non_retriable), ("DetachedUnsupported", true));
    for part in ["`spawns`", "1.18.0", "dacapo-sidecar"] {
        assert!(failure.error_message.contains(part), "{}", failure.error_message);
    }
}

#[tokio::test]
async fn an_instance_with_history_stalls_until_the_sidecar_is_newer() {
    let answer = answer_of(Script::default().release("1.18.0"), second_turn("a-1", "spawns", None)).await;
    assert!(matches!(only_action(&answer), WorkflowActionType::WorkflowVersionNotAvailable(_)), "{answer:?}");
}

#[tokio::test]
async fn sidecars_that_know_detached_workflows_or_do_not_say_are_asked_to_start_them() {
    for script in [Script::default(), Script::default().release("1.18.1"), Script::default().release("edge")]
    {
        let answer = answer_of(script, first_turn("a-1", "spawns", None)).await;
        let [WorkflowActionType::CreateDetachedWorkflow(_), WorkflowActionType::CompleteWorkflow(_)] =
            kinds(&answer)[..]
        else {
            panic!("{answer:?}")
        };
    }
}

#[tokio::test]
async fn a_call_into_a_namespace_is_not_made_where_it_would_end_in_another() {
    let turn = || first_turn("a-1", "calls_out", None);
    let answer = answer_of(Script::default().release("1.18.0"), turn()).await;
    let failure = completion(&answer).failure_details.as_ref().unwrap();
    assert_eq!(failure.error_type, "NamespaceUnsupported");
    let answer = answer_of(Script::default().release("1.18.1"), turn()).await;
    assert!(matches!(only_action(&answer), WorkflowActionType::ScheduleTask(_)), "{answer:?}");
}
