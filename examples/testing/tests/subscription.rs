//! The tests of the subscription; each shows one feature of the kit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use dacapo::client::RunError;
use dacapo::prelude::*;
use dacapo::testing::TestEnv;
use dacapo::{assert_history, replay};
use testing_example::{Bank, BankError, CANCELLED, MONTH, Reason, Subscription, charge, subscribe, write_to};

fn yearly() -> Subscription {
    Subscription { customer: "Ada".into(), price: 900, months: 12 }
}

/// An environment with what every test here needs: a bank, and an app that writes mail.
fn env() -> TestEnv {
    with_mail(TestEnv::new())
}

fn with_mail(env: TestEnv) -> TestEnv {
    let env = env.state(Bank { name: "test bank".into() });
    env.mock(write_to, |_, _| async { Ok(()) });
    env
}

#[tokio::test]
async fn a_year_takes_no_time() -> Result<()> {
    let env = env();
    let run = env.schedule(subscribe(yearly())).await?;
    assert_eq!(run.result().await?, 12);
    assert_eq!(env.now().to_string(), "2030-12-27T00:00:00Z");
    assert_eq!(env.calls(charge).len(), 12);
    assert_eq!(env.calls(write_to), [("Ada".to_owned(), "Your subscription has ended.".to_owned())]);
    Ok(())
}

#[tokio::test]
async fn a_customer_may_leave_in_the_third_month() -> Result<()> {
    let env = env();
    let run = env.schedule(subscribe(yearly()).id("ada")).await?;
    env.advance(2 * MONTH + Duration::from_secs(1)).await;
    assert_eq!(run.status().await?.custom_status_as::<u32>()?, 2);
    run.raise(CANCELLED, Reason { text: "too dear".into() }).await?;
    assert_eq!(run.result().await?, 3);
    assert!(env.logs().iter().any(|line| line.to_string() == "INFO subscribe ada: Ada leaves: too dear"));
    Ok(())
}

#[tokio::test]
async fn a_silent_bank_is_asked_three_times() -> Result<()> {
    let env = env();
    env.mock(charge, |_, _| async { Ok("paid".into()) }).fail_first(2);
    let run = env.schedule(subscribe(Subscription { months: 1, ..yearly() })).await?;
    assert_eq!(run.result().await?, 1);
    assert_eq!(env.calls(charge).len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_bank_that_stays_silent_ends_the_subscription() -> Result<()> {
    let env = env();
    env.mock(charge, |_, _| async { Err(BankError::Silent) });
    let run = env.schedule(subscribe(yearly())).await?;
    let Err(RunError::Failed(failure)) = run.result().await else { panic!("it must fail") };
    assert_eq!(
        failure.to_string(),
        "workflow `subscribe` failed: activity `charge` failed: the bank does not answer"
    );
    Ok(())
}

#[tokio::test]
async fn the_history_is_what_happened() -> Result<()> {
    let env = env();
    env.mock(charge, |_, _| async { Ok("paid".into()) });
    let run = env.schedule(subscribe(Subscription { months: 1, ..yearly() })).await?;
    run.until_waiting(CANCELLED).await;
    run.suspend("the bank is closed").await?;
    run.resume("").await?;
    run.result().await?;
    assert_history!(
        run.history().await?,
        [
            "workflow `subscribe` started..",
            "activity `charge` scheduled: [\"Ada\",900]",
            "activity `charge` completed: \"paid\"",
            "waits for event `cancelled` until 2030-01-31T00:00:00Z",
            "suspended: the bank is closed",
            "resumed",
            "the wait for event `cancelled` is over",
            "activity `write_to` scheduled..",
            "..",
            "ended as COMPLETED: 1",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_lost_worker_changes_nothing() {
    let months = TestEnv::crash_at_every_turn(|env| async move {
        let env = with_mail(env);
        let run = env.schedule(subscribe(Subscription { months: 2, ..yearly() })).await?;
        Ok((run.result().await?, env.calls(charge).len()))
    });
    assert_eq!(months.await, (2, 2));
}

#[tokio::test]
async fn any_order_and_any_crash_will_do() {
    TestEnv::chaos(0..20, |env| async move {
        let env = with_mail(env);
        env.when_waiting(CANCELLED, |id| (id == "bob").then(|| Reason { text: "moved".into() }));
        let ada = env.schedule(subscribe(yearly()).id("ada")).await?;
        let bob = env.schedule(subscribe(yearly()).id("bob")).await?;
        assert_eq!((ada.result().await?, bob.result().await?), (12, 1));
        Ok(())
    })
    .await;
}

/// Histories of instances that ran in production: an edit that they could not go on with fails here.
#[test]
fn running_instances_can_go_on_with_this_code() {
    replay!("tests/histories/*.json");
}

/// An activity alone.
#[tokio::test]
async fn the_bank_refuses_what_is_free() {
    let ctx = ActivityContext::test().with_state(Bank::default());
    let refused = charge.run(&ctx, ("Ada".into(), 0)).await;
    assert_eq!(refused, Err(BankError::NoMoney { customer: "Ada".into() }));
}
