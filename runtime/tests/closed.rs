//! Closed workflows: what the compiler checks of a registry is checked again of what a worker is given, and lock files
//! show every step.

use std::fs;
use std::path::PathBuf;

use dacapo::RuntimeError;
use dacapo::lock::LockError;
use dacapo::prelude::*;

const APPROVAL: Event<bool> = Event::new("approval");
const ANSWER: Event<String> = Event::new("Approval");

#[activity(retry(max_attempts = 3))]
async fn charge(amount: u64) -> Result<u64> {
    Ok(amount)
}

#[activity]
async fn audit(amount: u64) -> u64 {
    amount
}

#[activity(app = "risk")]
async fn score(amount: u64) -> u64;

#[durable(closed)]
async fn settle(amount: u64) -> Result<u64> {
    Ok(charge(amount).await?)
}

#[workflow(closed)]
async fn order(ctx: &WorkflowContext, amount: u64) -> Result<u64> {
    let child = rest(amount);
    let paid = settle(amount).await?;
    if score(paid).await? > 3 {
        audit(paid).retry(RetryPolicy::new(2)).timeout(Duration::from_secs(1)).await.ok();
    } else {
        ctx.create_timer(Duration::from_secs(1)).await;
    }
    let (audited, rested) = (audit(1), child).await;
    for amount in 0..amount {
        ctx.start(audit(amount)).await?;
    }
    let many = (0..amount).map(audit).collect::<Vec<_>>().await;
    info!("{} {:?}", many.len(), rested);
    Ok(audited?)
}

#[workflow(name = "rest", closed)]
async fn rest(amount: u64) -> Result<u64> {
    select! {
        approved = APPROVAL.recv().timeout(Duration::from_secs(1)) => info!("{approved:?}"),
        audited = audit(amount) => info!("{audited:?}"),
    }
    match amount {
        0 => Ok(0),
        _ => return rest(amount - 1).continue_as_new().await,
    }
}

#[workflow(closed)]
async fn answered() -> Result<String> {
    Ok(ANSWER.recv().await?)
}

dacapo::registry! {
    /// Everything that belongs to orders.
    ORDERS {
        functions: [order, rest, charge, audit],
        events: [APPROVAL: bool],
    }
}

fn dapr() -> Connection {
    Connection::to("http://127.0.0.1:1").expect("an address that nobody is asked at")
}

#[test]
fn a_registry_lists_its_functions_in_order() {
    assert_eq!(ORDERS.names().collect::<Vec<_>>(), ["order", "rest", "charge", "audit"]);
    assert_eq!(format!("{ORDERS:?}"), r#"["order", "rest", "charge", "audit"]"#);
}

#[tokio::test]
async fn a_worker_does_not_start_without_what_its_closed_workflows_call() {
    let refused = Worker::builder(&dapr()).workflow(order).workflow(rest).activity(audit).start().await;
    let refused = refused.expect_err("`charge` is missing, which a helper calls");
    let RuntimeError::UnregisteredCall { workflow, kind, name } = &refused else { panic!("{refused}") };
    assert_eq!((workflow.as_str(), *kind, name.as_str()), ("order", "activity", "charge"));
    assert!(refused.to_string().contains("which this worker does not run"), "{refused}");
}

#[tokio::test]
async fn a_worker_does_not_start_when_an_event_has_two_payloads() {
    let builder = Worker::builder(&dapr()).registry(ORDERS).workflow(answered);
    let refused = builder.start().await.expect_err("`approval` is a bool and a String");
    let RuntimeError::EventPayloads { name, first, second } = &refused else { panic!("{refused}") };
    let payloads = [first.as_str(), second.as_str()];
    assert!(name.eq_ignore_ascii_case("approval"), "{name}");
    assert!(payloads.contains(&"bool") && payloads.contains(&"alloc::string::String"), "{payloads:?}");
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder for this test can be made");
    folder
}

const LOCKED: &str = include_str!("closed.lock");

#[test]
fn a_lock_file_shows_every_step_with_its_nesting_and_the_names_in_histories() {
    let folder = folder("locked");
    fs::write(folder.join("dacapo.lock"), LOCKED).expect("the file can be written");
    if let Err(error) = dacapo::lock::compare("dacapo", &folder) {
        panic!("{error}");
    }
}

#[test]
fn changed_steps_are_shown_below_their_workflow() {
    let folder = folder("changed");
    let before = LOCKED.replace("activity audit +retry[RetryPolicy::new(2)] +timeout\n", "activity refund\n");
    assert_ne!(before, LOCKED, "the step is there to be replaced");
    fs::write(folder.join("dacapo.lock"), before).expect("the file can be written");
    let error = dacapo::lock::compare("dacapo", &folder).expect_err("a step changed");
    let LockError::Changed { changes, .. } = &error else { panic!("{error}") };
    assert_eq!(
        changes,
        "  workflow order (u64) -> Result<u64>\n-     activity refund\n+     activity audit +retry[RetryPolicy::new(2)] +timeout\n"
    );
    assert!(error.to_string().contains("DACAPO_LOCK=write cargo test"), "{error}");
}

#[test]
fn a_missing_file_and_a_package_without_workflows_say_what_to_do() {
    let error =
        dacapo::lock::compare("dacapo", folder("missing").join("none")).expect_err("there is no file");
    assert!(matches!(error, LockError::Unreadable { .. }), "{error}");
    let error =
        dacapo::lock::compare("other-package", folder("missing")).expect_err("no workflow of it is linked");
    assert!(error.to_string().contains("use other_package as _;"), "{error}");
}
