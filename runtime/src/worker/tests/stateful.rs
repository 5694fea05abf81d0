//! Turns whose committed events the sidecar leaves out.

use prost::Message as _;
use tonic::Code;

use super::fake::{self, Call, Fake, Reply, Script, first_turn, workflow_item};
use super::*;
use pb::history_event::EventType;

fn task_scheduled(id: i32) -> pb::HistoryEvent {
    let scheduled = pb::TaskScheduledEvent { name: "double".to_owned(), ..Default::default() };
    fake::event(id, EventType::TaskScheduled(scheduled))
}

fn task_completed(id: i32, result: &str) -> pb::HistoryEvent {
    let result = Some(result.to_owned());
    let completed = pb::TaskCompletedEvent { task_scheduled_id: id, result, ..Default::default() };
    fake::event(-1, EventType::TaskCompleted(completed))
}

fn bytes(events: &[pb::HistoryEvent]) -> Vec<bytes::Bytes> {
    events.iter().map(|event| event.encode_to_vec().into()).collect()
}

/// The second turn of `quadruple`, of which the sidecar sends only what comes after the first `omitted` events.
fn second_turn(omitted: usize) -> (pb::WorkflowRequest, Vec<bytes::Bytes>) {
    let first = first_turn("a-1", "quadruple", Some("1"));
    let mut past = first.new_events;
    past.push(task_scheduled(0));
    let past = bytes(&past);
    let mut turn = fake::turn("a-1", vec![task_completed(0, "2")]);
    turn.execution_id = Some("execution of a-1".to_owned());
    turn.past_events = past[omitted..].to_vec();
    turn.cached_history = Some(pb::CachedHistory { event_count: omitted as i32 });
    (turn, past)
}

#[tokio::test]
async fn a_delta_is_enough_for_a_workflow_that_is_kept() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(first_turn("a-1", "quadruple", Some("1")), ""));
    fake.workflow().await;
    fake.send(workflow_item(second_turn(0).0, ""));
    let answer = fake.next_of(|call| (!matches!(call, Call::Hello)).then_some(call)).await;
    let Call::Workflow(answer) = answer else { panic!("the history was asked for: {answer:?}") };
    let WorkflowActionType::ScheduleTask(task) = only_action(&answer) else { panic!("{answer:?}") };
    assert_eq!((answer.actions[0].id, task.input.as_deref()), (1, Some("2")));
}

#[tokio::test]
async fn the_history_is_fetched_for_a_workflow_that_is_not_kept() {
    let (turn, history) = second_turn(2);
    let mut fake = Fake::start(Script::default().history(history)).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(turn, "token"));
    let asked = fake.next_of(|call| match call {
        Call::History(id) => Some(id),
        _ => None,
    });
    assert_eq!(asked.await, "a-1");
    let answer = fake.workflow().await;
    assert_eq!((answer.actions[0].id, &*answer.completion_token), (1, "token"));
}

#[tokio::test]
async fn a_history_that_cannot_be_fetched_tears_the_stream_down() {
    let script = Script::default().reply("GetInstanceHistory", [Reply::Fail(Code::Internal, "boom")]);
    let mut fake = Fake::start(script).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(second_turn(2).0, "token"));
    let next = fake.next_of(|call| matches!(call, Call::Workflow(_) | Call::Gone(_)).then_some(call));
    assert!(matches!(next.await, Call::Gone(0)));
    assert_eq!(fake.opened().await, 1);
}

#[tokio::test]
async fn a_delta_on_a_new_stream_is_not_trusted() {
    let (turn, history) = second_turn(0);
    let mut fake = Fake::start(Script::default().history(history)).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(first_turn("a-1", "quadruple", Some("1")), ""));
    fake.workflow().await;
    fake.end_stream(tonic::Status::unavailable("restart"));
    fake.opened().await;
    fake.send(workflow_item(turn, ""));
    fake.next_of(|call| matches!(call, Call::History(_)).then_some(())).await;
    assert_eq!(fake.workflow().await.actions[0].id, 1);
}

#[tokio::test]
async fn a_workflow_that_was_idle_for_too_long_or_has_no_room_is_not_kept() {
    let no_room = |fake: &Fake| worker(fake).warm_bytes(0);
    let idle = |fake: &Fake| worker(fake).warm_idle(Duration::ZERO);
    for builder in [&no_room as &dyn Fn(&Fake) -> WorkerBuilder, &idle] {
        let (turn, history) = second_turn(0);
        let mut fake = Fake::start(Script::default().history(history)).await;
        let _worker = builder(&fake).start().await.unwrap();
        fake.opened().await;
        fake.send(workflow_item(first_turn("a-1", "quadruple", Some("1")), ""));
        fake.workflow().await;
        fake.send(workflow_item(turn, ""));
        fake.next_of(|call| matches!(call, Call::History(_)).then_some(())).await;
        assert_eq!(fake.workflow().await.actions[0].id, 1);
    }
}
