//! What callers and clients see of errors.

use super::*;
use crate::failure::ERROR_VALUE_TYPE;

/// An error with a cause, as most libraries make them.
#[derive(Debug, thiserror::Error)]
#[error("level {level}")]
struct Nested {
    level: u32,
    #[source]
    source: Option<Box<Nested>>,
}

fn nested(levels: u32) -> Nested {
    (0..levels).fold(Nested { level: 0, source: None }, |inner, level| Nested {
        level: level + 1,
        source: Some(inner.into()),
    })
}

/// An error value with a cause: serde keeps the value, the chain keeps the cause's text.
#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("parcel {parcel} is lost")]
struct Lost {
    parcel: u32,
}

/// A map with keys that JSON does not have.
#[derive(Serialize, Deserialize)]
struct NoJson(std::collections::BTreeMap<(u32, u32), u32>);

fn no_json() -> NoJson {
    NoJson([((1, 2), 3)].into())
}

#[activity]
async fn digs(levels: u32) -> Result<u32> {
    Err(nested(levels).into())
}

#[activity]
async fn gives_no_json() -> NoJson {
    no_json()
}

#[activity]
async fn takes_no_json(argument: NoJson) -> u32 {
    argument.0.len() as u32
}

#[workflow]
async fn loses(parcel: u32) -> Result<u32, Lost> {
    Err(Lost { parcel })
}

/// Handles the error value of its child.
#[workflow]
async fn searches(parcel: u32) -> Result<u32> {
    match loses(parcel).await {
        Ok(found) => Ok(found),
        Err(failure) => Ok(failure.into_error().map_or(0, |lost| lost.parcel)),
    }
}

/// Lets failures pass.
#[workflow]
async fn passes_on(kind: u32) -> Result<u32> {
    match kind {
        0 => Ok(loses(1).await?),
        1 => Ok(digs(1).await?),
        2 => Ok(takes_no_json(no_json()).await?),
        3 => Err(nested(20).into()),
        _ => panic!("kind {kind}"),
    }
}

#[workflow]
async fn returns_no_json() -> NoJson {
    no_json()
}

#[workflow]
async fn asks_a_predicate() -> Result<u32> {
    let policy = RetryPolicy::new(3).only_if(|failure| match failure.details().error_type.as_str() {
        "Clear" => true,
        _ => panic!("what is {failure}?"),
    });
    Ok(add(1, None).retry(policy).await?)
}

#[workflow]
async fn starts_with_a_predicate(ctx: &WorkflowContext) -> Result<u32> {
    let policy = RetryPolicy::new(3).only_if(|_| panic!("no idea"));
    drop(ctx.start(add(1, None).retry(policy)));
    APPROVAL.recv().await?;
    Ok(0)
}

/// How the only action fails the workflow.
fn failure(actions: &[Action]) -> FailureDetails {
    let [Action { kind: ActionKind::Complete(completion), .. }] = actions else { panic!("{actions:?}") };
    assert_eq!(completion.status, CompletionStatus::Failed);
    completion.failure.clone().expect("a failed workflow says why")
}

fn fail(name: &str, input: &str) -> FailureDetails {
    failure(&Instance::new().actions([started(name, input)]))
}

fn chain(details: &FailureDetails) -> Vec<&str> {
    core::iter::successors(Some(details), |details| details.inner.as_deref())
        .map(|details| details.error_type.as_str())
        .collect()
}

fn child_failed(scheduled_id: i32, details: Option<FailureDetails>) -> EventKind {
    EventKind::ChildFailed { scheduled_id, details }
}

async fn run_activity(name: &str, input: &str) -> Result<Option<String>, FailureDetails> {
    let registry = registry();
    let entry = registry.activity(name).expect("it is registered");
    (entry.run)(ActivityContext::test(), Some(input.to_owned())).await
}

#[test]
fn the_error_value_of_a_child_reaches_its_parent_as_its_type() {
    let lost = fail("loses", "7");
    assert_eq!((lost.error_type.as_str(), lost.message.as_str()), ("Lost", "parcel 7 is lost"));
    assert_eq!(chain(&lost), ["Lost", ERROR_VALUE_TYPE]);
    let mut instance = Instance::new();
    instance.actions([started("searches", "7")]);
    let last = instance.actions([child_failed(0, Some(lost))]);
    assert_eq!(completed(&last), (CompletionStatus::Completed, Some("7")));
}

#[test]
fn a_failure_that_is_none_of_the_callees_errors_has_no_value() {
    for details in [None, Some(FailureDetails::new("WorkflowPanic", "`loses` panicked: no"))] {
        let mut instance = Instance::new();
        instance.actions([started("searches", "7")]);
        let last = instance.actions([child_failed(0, details)]);
        assert_eq!(completed(&last), (CompletionStatus::Completed, Some("0")));
    }
}

#[test]
fn a_failure_that_a_workflow_lets_pass_keeps_the_original_and_its_causes() {
    let mut instance = Instance::new();
    instance.actions([started("passes_on", "0")]);
    let last = failure(&instance.actions([child_failed(0, Some(fail("loses", "1")))]));
    assert_eq!(chain(&last), ["WorkflowFailed", "Lost", ERROR_VALUE_TYPE]);
    assert_eq!(last.message, "workflow `loses` failed: parcel 1 is lost");
}

#[tokio::test]
async fn the_causes_of_an_activitys_error_travel_with_it() {
    let details = run_activity("digs", "2").await.expect_err("it always fails");
    let texts: Vec<_> = core::iter::successors(Some(&details), |details| details.inner.as_deref())
        .map(|details| details.message.as_str())
        .collect();
    assert_eq!((details.error_type.as_str(), texts), ("Nested", vec!["level 2", "level 1", "level 0"]));
    let mut instance = Instance::new();
    instance.actions([started("passes_on", "1")]);
    let last = failure(&instance.actions([failed(0, details)]));
    assert_eq!(chain(&last), ["ActivityFailed", "Nested", "Error", "Error"]);
}

#[test]
fn a_chain_of_causes_is_cut_at_sixteen() {
    let last = fail("passes_on", "3");
    assert_eq!(chain(&last).len(), 1 + 16);
    assert_eq!(last.message, "level 20");
}

#[tokio::test]
async fn what_has_no_json_form_is_a_failure_that_is_not_retried() {
    let result = run_activity("gives_no_json", "null").await.expect_err("tuples are no keys");
    for details in [fail("returns_no_json", "null"), result] {
        assert_eq!((details.error_type.as_str(), details.non_retriable), ("PayloadEncodingFailed", true));
        assert!(details.message.contains("has no JSON form"), "{details}");
    }
    let arguments = fail("passes_on", "2");
    assert_eq!(chain(&arguments), ["ActivityFailed", "PayloadEncodingFailed"]);
    assert!(arguments.message.contains("the arguments of `takes_no_json`"), "{arguments}");
}

#[test]
fn a_panic_of_a_retry_predicate_is_a_panic_of_the_workflow_on_every_replay() {
    let mut instance = Instance::new();
    instance.actions([started("asks_a_predicate", "null")]);
    assert_eq!(instance.actions([failed(0, FailureDetails::new("Clear", "again"))]).len(), 1);
    instance.actions([fired(1)]);
    let last = failure(&instance.actions([failed(2, FailureDetails::new("Odd", "what now"))]));
    let text = "`asks_a_predicate` panicked: what is activity `add` failed: what now?";
    assert_eq!((last.error_type.as_str(), last.message.as_str()), ("WorkflowPanic", text));
}

#[test]
fn a_predicate_of_work_that_nobody_waits_for_fails_the_workflow_as_well() {
    let mut instance = Instance::new();
    instance.actions([started("starts_with_a_predicate", "null")]);
    let last = failure(&instance.actions([failed(0, FailureDetails::new("Odd", "what now"))]));
    assert_eq!(last.error_type, "WorkflowPanic");
}

/// As the worker is set with `on_panic(ProblemPolicy::Stall)`.
#[test]
fn a_panic_stalls_the_instance_when_the_worker_is_set_so() {
    let stalling = || {
        let mut instance = Instance::new();
        instance.registry.stall_on_panic(true);
        instance
    };
    let problem = |outcome| match outcome {
        Outcome::Problem(problem) => problem.to_string(),
        Outcome::Answer(answer) => panic!("{answer:?}"),
    };
    let text = problem(stalling().turn([started("panicking", "null")]));
    assert_eq!(text, "workflow `panicking` panicked: no way on; mend it and deploy again");
    let mut instance = stalling();
    instance.actions([started("starts_with_a_predicate", "null")]);
    let text = problem(instance.turn([failed(0, FailureDetails::new("Odd", "what now"))]));
    assert!(text.starts_with("workflow `starts_with_a_predicate` panicked: no idea"), "{text}");
}
