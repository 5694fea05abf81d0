//! The rest of the kit, in the words of the guide.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use dacapo::client::{RecordedHistory, RunError, Status};
use dacapo::prelude::*;
use dacapo::testing::TestEnv;
use testing_example::{
    Bank, BankError, CANCELLED, MONTH, Reason, Subscription, charge, gift, subscribe, write_to,
};

fn monthly() -> Subscription {
    Subscription { customer: "Ada".into(), price: 900, months: 1 }
}

fn env() -> TestEnv {
    let env = TestEnv::new().state(Bank::default());
    env.mock(write_to, |_, _| async { Ok(()) });
    env
}

#[tokio::test]
async fn mocks_take_turns() -> Result<()> {
    let env = env();
    env.mock(charge, |_, _| async { Ok("first".into()) }).once();
    env.mock(charge, |_, _| async { Ok("next two".into()) }).times(2);
    env.mock(charge, |customer: String, _| async { Err(BankError::NoMoney { customer }) })
        .when(|(customer, cents)| customer == "Bob" && *cents > 500);
    let bob = env.schedule(subscribe(Subscription { customer: "Bob".into(), ..monthly() })).await?;
    assert_eq!(bob.result().await?, 1, "the mock with a limit comes first");
    let bob =
        env.schedule(subscribe(Subscription { months: 9, customer: "Bob".into(), ..monthly() })).await?;
    assert!(bob.result().await.is_err(), "after two months only the third mock is left");
    Ok(())
}

#[tokio::test]
async fn a_child_is_mocked_like_an_activity() -> Result<()> {
    let env = env();
    env.mock(subscribe, |subscription: Subscription| async move { Ok(subscription.months) });
    let run = env.schedule(gift("Eve".into())).await?;
    assert_eq!(run.result().await?, 12);
    assert_eq!(env.calls(subscribe)[0].0.customer, "Eve");
    assert_eq!(env.calls(charge), []);
    Ok(())
}

#[tokio::test]
async fn a_real_child_is_reached_by_its_id() -> Result<()> {
    let env = env();
    let run = env.schedule(gift("Eve".into()).id("gift-1")).await?;
    env.settle().await;
    let child = env.run(subscribe, "gift-1:0001");
    child.raise(CANCELLED, Reason { text: "returned".into() }).await?;
    assert_eq!(run.result().await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_instance_can_be_stopped_from_outside() -> Result<()> {
    let env = env();
    let run = env.schedule(subscribe(monthly())).await?;
    run.until_status(0).await;
    run.terminate("closed").await?;
    assert!(matches!(run.result().await, Err(RunError::Terminated { .. })));
    assert_eq!(run.status().await?.status, Status::Terminated);
    Ok(())
}

#[tokio::test]
async fn a_start_may_wait() -> Result<()> {
    let env = env();
    let later = subscribe(monthly()).start_at("2030-02-01T00:00:00Z".parse()?);
    let run = env.schedule(later).await?;
    env.advance(MONTH).await;
    assert_eq!(run.status().await?.status, Status::Pending);
    assert_eq!(run.result().await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_test_names_what_it_needs() -> Result<()> {
    let env = TestEnv::new()
        .workflow(subscribe)
        .activity(charge)
        .state(Bank::default())
        .seed(42)
        .replays(10)
        .activity_limit(Duration::from_millis(500))
        .max_steps(1_000);
    env.mock(write_to, |_, _| async { Ok(()) });
    assert_eq!(env.schedule(subscribe(monthly())).await?.result().await?, 1);
    Ok(())
}

#[tokio::test]
#[should_panic(expected = "waits for external event `cancelled`")]
async fn a_hang_is_named() {
    let env = env();
    let run = env.schedule(subscribe(monthly())).await.unwrap();
    run.until_waiting(CANCELLED).await;
    run.suspend("the customer thinks").await.unwrap();
    let _ = run.result().await;
}

#[tokio::test]
async fn a_history_is_kept_and_replayed() -> Result<()> {
    let env = env();
    let run = env.schedule(subscribe(monthly()).id("ada")).await?;
    run.result().await?;
    let history = run.history().await?;
    let text = history.map_payloads(|payload| *payload = payload.replace("Ada", "A.")).to_json();
    let replayed = RecordedHistory::from_json(&text)?.replay()?;
    assert!(replayed.asks_for.is_empty());
    Ok(())
}

/// `DACAPO_RECORD=1 cargo test -p testing-example` writes the histories that `subscription.rs` replays.
#[tokio::test]
async fn histories_can_be_written_by_a_test() -> Result<()> {
    let env = env();
    env.mock(charge, |_, _| async { Ok("paid".into()) });
    let run = env.schedule(subscribe(Subscription { months: 3, ..monthly() }).id("ada")).await?;
    env.advance(MONTH + Duration::from_secs(60)).await;
    let history = run.history().await?;
    if std::env::var_os("DACAPO_RECORD").is_some() {
        std::fs::write("tests/histories/second_month.json", history.to_json())?;
    }
    assert_eq!(history.replay()?.turns, 4);
    Ok(())
}
