//! Virtual time, and the order in which things happen.

use std::time::{Duration, Instant};

use dacapo::RuntimeError;
use dacapo::client::{RunError, Status};
use dacapo::testing::TestEnv;

use crate::programs::{approved, charge, endless_wait, fan_out, month, pay, plain, race_of_many};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn a_month_takes_no_time() {
    let (env, begun) = (TestEnv::new(), Instant::now());
    assert_eq!(env.now().to_string(), "2030-01-01T00:00:00Z");
    let run = env.schedule(month()).await.unwrap();
    assert_eq!(env.now().to_string(), "2030-01-01T00:00:00Z", "scheduling does not wait");
    assert_eq!(run.result().await.unwrap(), "2030-01-31T00:00:00Z");
    assert_eq!(env.now().to_string(), "2030-01-31T00:00:00Z");
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn time_that_is_let_pass_lets_happen_what_is_due_and_no_more() {
    let env = TestEnv::new();
    let run = env.schedule(month()).await.unwrap();
    env.advance(29 * DAY).await;
    assert_eq!(run.status().await.unwrap().status, Status::Running);
    assert_eq!(env.now().to_string(), "2030-01-30T00:00:00Z");
    env.advance(DAY).await;
    assert_eq!(run.status().await.unwrap().status, Status::Completed);
}

#[tokio::test]
async fn pauses_between_attempts_are_virtual_too() {
    let env = TestEnv::new();
    env.mock(charge, |_| async { unreachable!("it fails three times before") }).fail_first(3);
    let text = env.schedule(pay(7)).await.unwrap().result().await.unwrap();
    assert!(text.contains("failure 3 that the mock of `charge` was told to begin with"), "{text}");
    assert_eq!(env.now().to_string(), "2030-01-01T02:00:00Z");
    assert_eq!(env.calls(charge).len(), 3);
}

#[tokio::test]
async fn a_start_can_lie_in_the_future() {
    let env = TestEnv::new();
    let call = month().id("later").start_at("2030-02-01T00:00:00Z".parse().unwrap());
    let run = env.schedule(call).await.unwrap();
    assert_eq!(run.status().await.unwrap().status, Status::Pending);
    assert_eq!(run.result().await.unwrap(), "2030-03-03T00:00:00Z");
}

#[tokio::test]
async fn a_wait_with_a_limit_elapses_when_nobody_answers() {
    let env = TestEnv::new();
    assert!(!env.schedule(approved()).await.unwrap().result().await.unwrap());
    assert_eq!(env.now().to_string(), "2030-01-02T00:00:00Z");
}

async fn winner(seed: u64) -> Vec<u32> {
    let env = TestEnv::new().seed(seed);
    env.schedule(race_of_many(20)).await.unwrap().result().await.unwrap()
}

#[tokio::test]
async fn a_seed_draws_the_same_order_each_time_and_others_draw_others() {
    let mut winners = Vec::new();
    for seed in 0..10 {
        let first = winner(seed).await;
        assert_eq!(winner(seed).await, first, "seed {seed}");
        winners.push(first);
    }
    winners.sort();
    winners.dedup();
    assert!(winners.len() > 3, "{winners:?}");
}

#[tokio::test]
async fn a_seed_repeats_a_run_to_the_last_id() {
    let mut histories = Vec::new();
    for _ in 0..2 {
        let env = TestEnv::new().seed(7);
        let run = env.schedule(race_of_many(20)).await.unwrap();
        run.result().await.unwrap();
        histories.push(run.history().await.unwrap().to_json());
    }
    assert_eq!(histories[0], histories[1]);
}

#[tokio::test]
async fn two_waits_at_a_time_are_served_together() {
    let env = TestEnv::new();
    let (first, second) = (env.schedule(month()).await.unwrap(), env.schedule(pay(1)).await.unwrap());
    let (first, second) = tokio::join!(first.result(), second.result());
    assert_eq!((first.unwrap().as_str(), second.unwrap().as_str()), ("2030-01-31T00:00:00Z", "charged 1"));
    assert_eq!(env.calls(plain), []);
}

#[tokio::test]
async fn a_wait_lets_another_part_of_the_test_act_before_time_passes() {
    let env = TestEnv::new();
    let run = env.schedule(endless_wait()).await.unwrap();
    let act = async {
        tokio::task::yield_now().await;
        run.raise(crate::programs::APPROVAL, true).await.unwrap();
    };
    let (result, ()) = tokio::join!(run.result(), act);
    assert!(result.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn environments_are_independent_and_may_be_used_from_any_thread() {
    let tests = (0..20).map(|number| {
        tokio::spawn(async move {
            let env = TestEnv::new();
            let run = env.schedule(pay(number).id("the-same-id")).await.unwrap();
            (number, run.result().await, env.calls(charge).len())
        })
    });
    for test in tests.collect::<Vec<_>>() {
        let (number, result, calls) = test.await.unwrap();
        match result {
            Ok(receipt) => assert_eq!((receipt, calls), (format!("charged {number}"), 1)),
            Err(error) => assert!(number == 13 && matches!(error, RunError::Failed(_)), "{error}"),
        }
    }
}

#[tokio::test]
async fn an_id_is_taken_once_as_with_a_client() {
    let env = TestEnv::new();
    let run = env.schedule(endless_wait().id("one")).await.unwrap();
    let error = env.schedule(endless_wait().id("one")).await.unwrap_err();
    assert!(matches!(error, RuntimeError::AlreadyExists { .. }), "{error}");
    let error = env.schedule(endless_wait().id("a::b")).await.unwrap_err();
    assert!(matches!(error, RuntimeError::InvalidInstanceId { .. }), "{error}");
    assert_eq!(run.id(), "one");
    assert_eq!(env.schedule(pay(1)).await.unwrap().id(), "test-1");
}

#[tokio::test]
async fn a_wide_fan_out_is_checked_turn_by_turn_within_seconds() {
    let (env, begun) = (TestEnv::new(), Instant::now());
    let run = env.schedule(fan_out(100)).await.unwrap();
    assert_eq!(run.result().await.unwrap(), 100 * 101 / 2);
    println!("100 activities in {:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}
