//! Events, suspend, resume, terminate, custom status, logs.

use dacapo::RuntimeError;
use dacapo::client::{RunError, Status};
use dacapo::testing::TestEnv;

use crate::programs::{APPROVAL, approved, endless_wait, parent_of_a_wait, pay};

#[tokio::test]
async fn an_event_is_raised_when_the_workflow_waits_for_it() {
    let env = TestEnv::new();
    let run = env.schedule(approved()).await.unwrap();
    run.until_waiting(APPROVAL).await;
    assert_eq!(run.status().await.unwrap().custom_status_as::<String>().unwrap(), "waiting");
    run.raise(APPROVAL, true).await.unwrap();
    run.until_status("answered").await;
    assert!(run.result().await.unwrap());
    assert_eq!(env.now().to_string(), "2030-01-01T00:00:00Z");
}

#[tokio::test]
async fn waits_can_be_answered_by_rule() {
    let env = TestEnv::new();
    env.when_waiting(APPROVAL, |instance| (instance != "left-alone").then_some(true));
    assert!(env.schedule(approved()).await.unwrap().result().await.unwrap());
    assert!(env.schedule(parent_of_a_wait()).await.unwrap().result().await.unwrap());
    assert!(!env.schedule(approved().id("left-alone")).await.unwrap().result().await.unwrap());
}

#[tokio::test]
async fn an_instance_can_be_suspended_and_resumed() {
    let env = TestEnv::new();
    let run = env.schedule(endless_wait()).await.unwrap();
    run.suspend("lunch").await.unwrap();
    assert_eq!(run.status().await.unwrap().status, Status::Suspended);
    run.raise(APPROVAL, true).await.unwrap();
    env.settle().await;
    assert_eq!(run.status().await.unwrap().status, Status::Suspended);
    run.resume("").await.unwrap();
    assert!(run.result().await.unwrap());
}

#[tokio::test]
async fn an_instance_can_be_terminated_with_its_children() {
    let env = TestEnv::new();
    let run = env.schedule(parent_of_a_wait()).await.unwrap();
    env.run(endless_wait, "the-child").until_waiting(APPROVAL).await;
    run.terminate("enough").await.unwrap();
    let error = run.result().await.unwrap_err();
    assert!(
        matches!(&error, RunError::Terminated { output: Some(output), .. } if output == "\"enough\""),
        "{error}"
    );
    env.settle().await;
    assert_eq!(env.instance("the-child").unwrap().status, Status::Terminated);
}

#[tokio::test]
async fn an_instance_that_is_not_there_is_said_so() {
    let env = TestEnv::new();
    let nobody = env.run(endless_wait, "nobody");
    assert!(matches!(nobody.status().await, Err(RuntimeError::NotFound { .. })));
    assert!(matches!(nobody.raise(APPROVAL, true).await, Err(RuntimeError::NotFound { .. })));
    assert!(matches!(nobody.suspend("").await, Err(RuntimeError::NotFound { .. })));
    assert!(matches!(nobody.history().await, Err(RuntimeError::NotFound { .. })));
    assert!(env.instance("nobody").is_none());
}

#[tokio::test]
async fn what_workflows_log_is_kept_once_and_replays_are_silent() {
    let env = TestEnv::new();
    env.schedule(pay(7).id("p-1")).await.unwrap().result().await.unwrap();
    let lines: Vec<_> = env.logs().iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["INFO pay p-1: paid amount=7"]);
}
