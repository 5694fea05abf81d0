//! The typed layer over the engine: attributes, calls and values, turn by turn and without a sidecar.

mod combinators;
mod failures;
mod instance;
mod logging;

use std::any::Any;
use std::rc::Rc;

use dacapo_engine::{
    Action, ActionKind, CompletionStatus, Event as Recorded, EventKind, ExecutionStarted, FailureDetails,
    Outcome, Problem, Settings,
};

use crate::prelude::*;
use crate::registry::Registry;

#[derive(Clone, Serialize, Deserialize)]
struct Payment {
    amount: u64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
enum PaymentError {
    #[error("the card was declined")]
    Declined,
}

type PayResult = core::result::Result<u64, PaymentError>;

struct Bank {
    limit: u64,
}

#[activity]
async fn notify(message: String) -> Result<()> {
    info!("{message}");
    Ok(())
}

#[activity(retry(max_attempts = 3, first_interval = "1s", backoff = 2.0))]
async fn pay(ctx: &ActivityContext, bank: State<Bank>, payment: Payment) -> PayResult {
    assert!(!ctx.task_execution_id().is_empty());
    if payment.amount > bank.limit { Err(PaymentError::Declined) } else { Ok(payment.amount) }
}

#[activity]
async fn add(a: u32, b: Option<u32>) -> u32 {
    a + b.unwrap_or(0)
}

#[activity(name = "RefundCard", app = "payments")]
async fn refund(payment: Payment) -> Result<String>;

const APPROVAL: Event<bool> = Event::new("approval");

#[durable]
async fn announce(text: &str) -> Result<u32> {
    notify(text.to_owned()).await?;
    Ok(add(1, None).await?)
}

#[workflow]
async fn payments(ctx: &WorkflowContext, amount: u64) -> Result<u64> {
    let announced = announce(ctx.instance_id()).await?;
    match pay(Payment { amount }).await {
        Ok(paid) => Ok(paid + u64::from(announced)),
        Err(failure) if failure.error() == Some(&PaymentError::Declined) => Ok(0),
        Err(failure) => Err(failure.into()),
    }
}

#[workflow]
async fn approved() -> Result<bool> {
    match APPROVAL.recv().timeout(Duration::from_secs(5)).await {
        Ok(approved) => Ok(approved),
        Err(EventError::Elapsed) => Ok(false),
        Err(undecodable) => Err(undecodable.into()),
    }
}

#[workflow]
async fn counting(n: u32) -> Result<u32> {
    if n > 0 {
        return counting(n - 1).continue_as_new().await;
    }
    Ok(n)
}

#[workflow]
async fn sums(n: u32) -> u32 {
    let sums =
        (0..n).map(|i| async move { add(i, Some(add(i, None).await?)).await }).collect::<Vec<_>>().await;
    sums.into_iter().map(|sum| sum.unwrap_or(0)).sum()
}

#[workflow]
async fn panicking() {
    panic!("no way on");
}

fn registry() -> Registry {
    let mut registry = Registry::default();
    registry.add_all();
    registry.add_state(Bank { limit: 100 });
    registry
}

/// One instance of a workflow and its committed history.
struct Instance {
    registry: Registry,
    past: Vec<Recorded>,
    attachment: Option<Rc<dyn Any>>,
}

fn event(kind: EventKind) -> Recorded {
    Recorded { id: -1, timestamp: dacapo_engine::Timestamp::UNIX_EPOCH, router: None, kind }
}

fn started(name: &str, input: &str) -> EventKind {
    let started = ExecutionStarted {
        name: name.to_owned(),
        input: Some(input.to_owned()),
        instance_id: "i".to_owned(),
        ..ExecutionStarted::default()
    };
    EventKind::ExecutionStarted(started.into())
}

impl Instance {
    fn new() -> Self {
        Self { registry: registry(), past: Vec::new(), attachment: None }
    }

    fn turn(&mut self, new: impl IntoIterator<Item = EventKind>) -> Outcome {
        let mut events = vec![event(EventKind::WorkflowStarted { version: None })];
        events.extend(new.into_iter().map(event));
        let settings = Settings { attachment: self.attachment.clone(), ..Settings::default() };
        let outcome = dacapo_engine::replay(self.past.clone(), events.clone(), &self.registry, settings);
        self.past.extend(events);
        if let Outcome::Answer(answer) = &outcome {
            self.past.extend(answer.actions.iter().filter_map(record));
        }
        outcome
    }

    fn actions(&mut self, new: impl IntoIterator<Item = EventKind>) -> Vec<Action> {
        match self.turn(new) {
            Outcome::Answer(answer) => answer.actions,
            Outcome::Problem(problem) => panic!("{problem}"),
        }
    }
}

fn record(action: &Action) -> Option<Recorded> {
    let kind = match &action.kind {
        ActionKind::ScheduleTask { name, task_execution_id, .. } => {
            EventKind::TaskScheduled { name: name.clone(), task_execution_id: task_execution_id.clone() }
        }
        ActionKind::CreateTimer { fire_at, name, origin } => {
            EventKind::TimerCreated { fire_at: *fire_at, name: name.clone(), origin: Some(origin.clone()) }
        }
        ActionKind::CreateChild { instance_id, name, .. } => {
            let default = || format!("i:{:04x}", action.id);
            let instance_id = Some(instance_id.clone()).filter(|id| !id.is_empty()).unwrap_or_else(default);
            EventKind::ChildCreated { name: name.clone(), instance_id }
        }
        _ => return None,
    };
    Some(Recorded { id: action.id, ..event(kind) })
}

fn done(scheduled_id: i32, result: &str) -> EventKind {
    EventKind::TaskCompleted {
        scheduled_id,
        result: Some(result.to_owned()),
        task_execution_id: String::new(),
    }
}

fn failed(scheduled_id: i32, details: FailureDetails) -> EventKind {
    EventKind::TaskFailed { scheduled_id, details: Some(details), task_execution_id: String::new() }
}

fn fired(timer_id: i32) -> EventKind {
    EventKind::TimerFired { timer_id, fire_at: dacapo_engine::Timestamp::UNIX_EPOCH }
}

fn raised(name: &str, input: &str) -> EventKind {
    EventKind::EventRaised { name: name.to_owned(), input: Some(input.to_owned()) }
}

fn scheduled(actions: &[Action]) -> Vec<(i32, &str, Option<&str>)> {
    let tasks = actions.iter().filter_map(|action| match &action.kind {
        ActionKind::ScheduleTask { name, input, .. } => Some((action.id, name.as_str(), input.as_deref())),
        _ => None,
    });
    tasks.collect()
}

fn completed(actions: &[Action]) -> (CompletionStatus, Option<&str>) {
    match actions {
        [Action { kind: ActionKind::Complete(completion), .. }] => {
            (completion.status, completion.result.as_deref())
        }
        other => panic!("not a completion alone: {other:?}"),
    }
}

/// What `pay` answers when its body fails, taken from the body itself.
async fn declined() -> FailureDetails {
    let registry = registry();
    let ctx = ActivityContext::test().with_state(Bank { limit: 100 });
    let entry = registry.activity("pay").expect("it is registered");
    (entry.run)(ctx, Some(r#"{"amount":500}"#.to_owned())).await.expect_err("it is over the limit")
}

#[test]
fn a_workflow_runs_turn_by_turn_through_helper_and_activities() {
    let mut instance = Instance::new();
    let first = instance.actions([started("payments", "7")]);
    assert_eq!(scheduled(&first), [(0, "notify", Some("\"i\""))]);
    let second = instance.actions([done(0, "null")]);
    assert_eq!(scheduled(&second), [(1, "add", Some("[1,null]"))]);
    let third = instance.actions([done(1, "1")]);
    assert_eq!(scheduled(&third), [(2, "pay", Some(r#"{"amount":7}"#))]);
    let last = instance.actions([done(2, "7")]);
    assert_eq!(completed(&last), (CompletionStatus::Completed, Some("8")));
}

#[tokio::test]
async fn an_error_value_comes_back_as_its_type_after_all_attempts() {
    let mut instance = Instance::new();
    instance.actions([started("payments", "500")]);
    instance.actions([done(0, "null")]);
    let attempt = instance.actions([done(1, "1")]);
    assert_eq!(scheduled(&attempt).len(), 1);
    instance.actions([failed(2, declined().await)]);
    instance.actions([fired(3)]);
    instance.actions([failed(4, declined().await)]);
    instance.actions([fired(5)]);
    let last = instance.actions([failed(6, declined().await)]);
    assert_eq!(completed(&last), (CompletionStatus::Completed, Some("0")));
}

#[test]
fn an_event_is_received_and_a_wrong_payload_is_an_error_of_the_workflow() {
    let raised = |input| raised("APPROVAL", input);
    let mut instance = Instance::new();
    instance.actions([started("approved", "null")]);
    assert_eq!(completed(&instance.actions([raised("true")])), (CompletionStatus::Completed, Some("true")));
    let mut instance = Instance::new();
    instance.actions([started("approved", "null")]);
    assert_eq!(completed(&instance.actions([raised("\"maybe\"")])).0, CompletionStatus::Failed);
}

#[test]
fn continue_as_new_ends_the_execution_with_the_next_input() {
    let last = Instance::new().actions([started("counting", "3")]);
    assert_eq!(completed(&last), (CompletionStatus::ContinuedAsNew, Some("2")));
}

#[test]
fn blocks_in_a_fan_out_run_side_by_side() {
    let mut instance = Instance::new();
    let first = instance.actions([started("sums", "2")]);
    assert_eq!(scheduled(&first).len(), 2);
    let second = instance.actions([done(1, "1")]);
    assert_eq!(scheduled(&second), [(2, "add", Some("[1,1]"))]);
    instance.actions([done(0, "0")]);
    instance.actions([done(2, "2")]);
    assert_eq!(completed(&instance.actions([done(3, "0")])), (CompletionStatus::Completed, Some("2")));
}

#[test]
fn a_panic_fails_the_workflow_with_its_text() {
    let actions = Instance::new().actions([started("panicking", "null")]);
    let [Action { kind: ActionKind::Complete(completion), .. }] = &actions[..] else { panic!("{actions:?}") };
    let failure = completion.failure.as_ref().expect("it failed");
    assert_eq!(
        (failure.error_type.as_str(), failure.message.as_str()),
        ("WorkflowPanic", "`panicking` panicked: no way on")
    );
}

#[test]
fn what_a_redeploy_can_mend_is_a_problem_and_no_failure() {
    let problem = |kinds: Vec<EventKind>| match Instance::new().turn(kinds) {
        Outcome::Problem(problem) => problem,
        Outcome::Answer(answer) => panic!("{answer:?}"),
    };
    assert!(matches!(problem(vec![started("gone", "1")]), Problem::NotRegistered { .. }));
    assert!(matches!(problem(vec![started("payments", "\"x\"")]), Problem::Undecodable { .. }));
    let mut instance = Instance::new();
    instance.actions([started("payments", "7")]);
    instance.actions([done(0, "null")]);
    assert!(matches!(instance.turn([done(1, "\"one\"")]), Outcome::Problem(Problem::Undecodable { .. })));
}

#[test]
fn a_missing_state_is_an_error_of_the_start() {
    let mut registry = Registry::default();
    registry.add_all();
    let missing = registry.check().expect_err("there is no bank").to_string();
    assert!(
        missing.contains("`pay`") && missing.contains("Bank") && missing.contains("tests.rs"),
        "{missing}"
    );
}

#[test]
fn functions_are_named_by_value() {
    assert_eq!((notify.name(), refund.name(), payments.name()), ("notify", "RefundCard", "payments"));
}

#[tokio::test]
async fn an_activity_runs_in_a_unit_test() {
    let ctx = ActivityContext::test().with_state(Bank { limit: 100 });
    assert_eq!(pay.run(&ctx, (Payment { amount: 500 },)).await, Err(PaymentError::Declined));
}
