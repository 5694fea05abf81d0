//! What a worker refuses to start with: the error names both places, or the activity and the type that it wants.
#![allow(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, but does not see that their helpers are tests too"
)]

use dacapo::RuntimeError;
use dacapo::prelude::*;
use dacapo::worker::WorkerBuilder;

struct Bank;

#[activity]
async fn pay(_bank: State<Bank>, amount: u32) -> u32 {
    amount
}

#[activity]
async fn order(amount: u32) -> u32 {
    amount
}

mod shop {
    use dacapo::prelude::*;

    #[activity(name = "pay")]
    pub(crate) async fn charge(amount: u32) -> u32 {
        amount
    }

    #[workflow]
    pub(crate) async fn order() -> Result<()> {
        Ok(())
    }
}

#[workflow(name = "order")]
async fn other_order() -> Result<()> {
    Ok(())
}

#[workflow(name = "order", version = "1")]
async fn first_version() -> Result<()> {
    Ok(())
}

#[workflow(name = "order", version = "1")]
async fn other_first_version() -> Result<()> {
    Ok(())
}

#[workflow(name = "order", version = "2", latest)]
async fn second_version() -> Result<()> {
    Ok(())
}

#[workflow(name = "order", version = "3", latest)]
async fn third_version() -> Result<()> {
    Ok(())
}

/// Nobody listens there, and no worker gets so far as to ask.
async fn start(register: impl FnOnce(WorkerBuilder) -> WorkerBuilder) -> Result<(), RuntimeError> {
    let dapr = Connection::to("http://127.0.0.1:1").unwrap();
    register(Worker::builder(&dapr)).start().await.map(drop)
}

#[track_caller]
fn check(refused: Result<(), RuntimeError>, text: &str) {
    let refused = refused.unwrap_err();
    let RuntimeError::DuplicateRegistration { first, second, .. } = &refused else { panic!("{refused}") };
    assert!(first != second && [first, second].iter().all(|place| place.contains("registration.rs:")));
    let expected = format!(
        "two functions are registered as the {text}, one at {first} and one at {second}: change `name`, `version` or \
         `latest` of one of them"
    );
    assert_eq!(refused.to_string(), expected);
}

#[tokio::test]
async fn a_name_of_two_functions_is_refused_with_both_places() {
    check(start(|worker| worker.activity(pay).activity(shop::charge)).await, "activity `pay`");
    check(start(|worker| worker.workflow(shop::order).workflow(other_order)).await, "workflow `order`");
    let versions = start(|worker| worker.workflow(first_version).workflow(other_first_version)).await;
    check(versions, "workflow `order version 1`");
    let latest = start(|worker| worker.workflow(second_version).workflow(third_version)).await;
    check(latest, "latest version of workflow `order`");
}

#[tokio::test]
async fn everything_that_is_linked_is_looked_at() {
    let all = start(|worker| worker.register_all().state(Bank)).await;
    assert!(matches!(all, Err(RuntimeError::DuplicateRegistration { .. })), "{all:?}");
}

#[tokio::test]
async fn what_differs_in_kind_or_version_is_no_duplicate() {
    let workflows = |worker: WorkerBuilder| {
        worker.workflow(shop::order).workflow(first_version).workflow(second_version).workflow(second_version)
    };
    start(|worker| workflows(worker).activity(order).activity(order)).await.unwrap();
}

#[tokio::test]
async fn a_state_that_is_missing_is_named_with_the_activity_that_wants_it() {
    let refused = start(|worker| worker.activity(pay)).await.unwrap_err();
    let RuntimeError::MissingState { activity, state, source } = &refused else { panic!("{refused}") };
    assert_eq!((&**activity, state.rsplit("::").next()), ("pay", Some("Bank")));
    assert!(source.contains("registration.rs:"), "{source}");
    assert!(refused.to_string().contains("add `.state(..)`"), "{refused}");
    start(|worker| worker.activity(pay).state(Bank)).await.unwrap();
}
