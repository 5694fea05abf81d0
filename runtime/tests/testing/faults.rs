//! What stops a test, with its words.

use dacapo::prelude::*;
use dacapo::testing::TestEnv;

use crate::programs::{
    APPROVAL, Payment, approved, charge, deliver, endless_wait, order, pack, parent_of_a_wait, pay,
};
use crate::stopped;

struct Shop;

#[activity]
async fn visit(_shop: State<Shop>) -> Result<()> {
    Ok(())
}

#[workflow]
async fn visits() -> Result<()> {
    Ok(visit().await?)
}

#[workflow]
async fn for_ever(ctx: &WorkflowContext, n: u32) -> Result<()> {
    ctx.create_timer(Duration::from_secs(60)).await;
    return for_ever(n + 1).continue_as_new().await;
}

#[tokio::test]
async fn a_hang_names_what_is_waited_for_and_where() {
    let env = TestEnv::new();
    let run = env.schedule(parent_of_a_wait().id("p-1")).await.unwrap();
    let text = stopped(run.result()).await;
    assert!(
        text.contains("nothing can happen any more (at 2030-01-01T00:00:00Z), and the end of instance `p-1`"),
        "{text}"
    );
    assert!(text.contains("(instance `p-1`) waits for child workflow `endless_wait` as instance `the-child` (step 0), at runtime/tests/testing/programs.rs:"), "{text}");
    assert!(
        text.contains(
            "workflow `endless_wait` (instance `the-child`) waits for external event `approval` (step 0), at "
        ),
        "{text}"
    );
    assert!(text.contains("raise an event with `run.raise(..)`"), "{text}");
}

#[tokio::test]
async fn a_suspended_instance_is_named_as_such() {
    let env = TestEnv::new();
    let run = env.schedule(endless_wait().id("w-1")).await.unwrap();
    run.suspend("").await.unwrap();
    let text = stopped(run.result()).await;
    assert!(text.contains("workflow `endless_wait` (instance `w-1`) is suspended"), "{text}");
}

#[tokio::test]
async fn a_wait_for_what_never_comes_says_that_the_instance_has_ended() {
    let env = TestEnv::new();
    let run = env.schedule(pay(1).id("p-1")).await.unwrap();
    let text = stopped(run.until_waiting(APPROVAL)).await;
    assert!(
        text.contains("instance `p-1` has ended as COMPLETED, and a wait for event `approval` never came"),
        "{text}"
    );
    let run = env.schedule(approved().id("a-1")).await.unwrap();
    let text = stopped(run.until_status(7)).await;
    assert!(text.contains("the custom status 7 never came"), "{text}");
}

#[tokio::test]
async fn a_call_that_nothing_answers_is_named_with_the_remedy() {
    let env = TestEnv::new();
    let run = env.schedule(order("cars".into())).await.unwrap();
    let text = stopped(run.result()).await;
    assert!(text.contains("activity `pack` is called by instance `test-1`, and has neither a mock nor a body here (app `warehouse`)"), "{text}");
    assert!(text.contains("add `env.mock(pack, |..| async { .. })`"), "{text}");

    let env = TestEnv::new();
    env.mock(pack, |_, pieces| async move { Ok(pieces) });
    let run = env.schedule(order("cars".into())).await.unwrap();
    let text = stopped(run.result()).await;
    assert!(
        text.contains("workflow `deliver` (instance `test-1:0001`) is not registered, and has no mock"),
        "{text}"
    );
    assert!(text.contains("env.mock(deliver, "), "{text}");
}

#[tokio::test]
async fn a_mocked_workflow_without_a_fitting_mock_is_named() {
    let env = TestEnv::new();
    env.mock(pack, |_, pieces| async move { Ok(pieces) });
    env.mock(deliver, |_| async { Ok(String::new()) }).when(|(address,)| address.is_empty());
    let run = env.schedule(order("cars".into())).await.unwrap();
    let text = stopped(run.result()).await;
    assert!(text.contains("workflow `deliver` is mocked, but none of its mocks takes instance"), "{text}");
}

#[tokio::test]
async fn a_state_that_is_missing_is_named_when_it_is_needed() {
    let env = TestEnv::new();
    let run = env.schedule(visits()).await.unwrap();
    let text = stopped(run.result()).await;
    assert!(
        text.contains("activity `visit` takes `State<")
            && text.contains("Shop>`, which the test does not have: add `.state(..)`"),
        "{text}"
    );
    let env = TestEnv::new().state(Shop);
    env.schedule(visits()).await.unwrap().result().await.unwrap();
}

#[tokio::test]
async fn an_activity_that_really_waits_is_named() {
    let env = TestEnv::new().activity_limit(Duration::from_millis(20));
    env.mock(charge, |_: Payment| core::future::pending());
    let run = env.schedule(pay(1).id("p-1")).await.unwrap();
    let text = stopped(run.result()).await;
    assert!(
        text.contains("still running after 20ms of real time: activity `charge` (instance `p-1`)"),
        "{text}"
    );
}

#[tokio::test]
async fn a_workflow_that_never_ends_is_named() {
    let env = TestEnv::new().max_steps(200);
    let run = env.schedule(for_ever(0)).await.unwrap();
    let text = stopped(run.result()).await;
    assert!(text.contains("did not come to an end within 200 steps"), "{text}");
}

#[tokio::test]
async fn what_is_not_registered_by_name_is_not_known() {
    let env = TestEnv::new().workflow(pay).activity(visit);
    let text = stopped(env.schedule(visits())).await;
    assert!(text.contains("workflow `visits` (instance `test-1`) is not registered"), "{text}");
    let run = env.schedule(pay(1)).await.unwrap();
    let text = stopped(run.result()).await;
    assert!(text.contains("activity `charge`") && text.contains("`.activity(charge)`"), "{text}");
}

mod one {
    use dacapo::prelude::*;

    #[activity]
    pub(crate) async fn twice() -> u32 {
        1
    }

    #[workflow]
    pub(crate) async fn calls_twice() -> Result<u32> {
        Ok(twice().await?)
    }
}

mod two {
    use dacapo::prelude::*;

    #[activity]
    pub(crate) async fn twice() -> u32 {
        2
    }
}

#[tokio::test]
async fn a_name_of_two_functions_is_reported_by_the_test_that_calls_it() {
    let env = TestEnv::new();
    let run = env.schedule(one::calls_twice()).await.unwrap();
    let text = stopped(run.result()).await;
    assert!(text.contains("two functions are registered as the activity `twice`"), "{text}");
    assert!(
        text.contains("or name what this test needs: `TestEnv::new().workflow(..).activity(..)`"),
        "{text}"
    );
    let env = TestEnv::new().workflow(one::calls_twice).activity(two::twice);
    assert_eq!(env.schedule(one::calls_twice()).await.unwrap().result().await.unwrap(), 2);
    let env = TestEnv::new();
    env.mock(one::twice, || async { 3 });
    assert_eq!(env.schedule(one::calls_twice()).await.unwrap().result().await.unwrap(), 3);
}
