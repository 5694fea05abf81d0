//! Mocks and recorded calls.

use dacapo::client::RunError;
use dacapo::testing::TestEnv;

use crate::programs::{Payment, PaymentError, charge, deliver, order, pack, pay, plain, race_of_many};

#[tokio::test]
async fn a_mock_stands_in_and_its_calls_are_typed() {
    let env = TestEnv::new();
    let mock = env.mock(charge, |payment: Payment| async move { Ok(format!("mocked {}", payment.amount)) });
    assert_eq!(env.schedule(pay(7)).await.unwrap().result().await.unwrap(), "mocked 7");
    assert_eq!(env.calls(charge), [(Payment { amount: 7 },)]);
    assert_eq!(mock.answered(), 1);
}

#[tokio::test]
async fn without_a_mock_the_real_body_runs() {
    let env = TestEnv::new();
    assert_eq!(env.schedule(pay(7)).await.unwrap().result().await.unwrap(), "charged 7");
    let error = env.schedule(pay(13)).await.unwrap().result().await.unwrap_err();
    let RunError::Failed(failure) = error else { panic!("{error}") };
    assert_eq!(failure.error(), Some(&PaymentError::Declined { amount: 13 }));
}

#[tokio::test]
async fn a_mock_fails_with_the_error_of_the_function() {
    let env = TestEnv::new();
    env.mock(
        charge,
        |payment: Payment| async move { Err(PaymentError::Declined { amount: payment.amount }) },
    );
    let error = env.schedule(pay(7)).await.unwrap().result().await.unwrap_err();
    let RunError::Failed(failure) = error else { panic!("{error}") };
    assert_eq!(failure.error(), Some(&PaymentError::Declined { amount: 7 }));
    assert_eq!(env.calls(charge).len(), 3, "every attempt is a call");
}

#[tokio::test]
async fn a_function_that_returns_a_plain_value_has_mocks_that_do() {
    let env = TestEnv::new();
    env.mock(plain, |n: u32| async move { n * 10 });
    assert_eq!(env.schedule(race_of_many(1)).await.unwrap().result().await.unwrap(), [0, 0]);
}

#[tokio::test]
async fn work_of_other_apps_is_mocked_like_any_other() {
    let env = TestEnv::new();
    env.mock(pack, |item: String, pieces: u32| async move {
        assert_eq!(item, "cars");
        Ok(pieces * 2)
    });
    env.mock(deliver, |address: String| async move { Ok(format!("on the way: {address}")) });
    let run = env.schedule(order("cars".into())).await.unwrap();
    assert_eq!(run.result().await.unwrap(), "on the way: 4 pieces");
    assert_eq!(env.calls(pack), [("cars".to_owned(), 2)]);
    assert_eq!(env.calls(deliver), [("4 pieces".to_owned(),)]);
}

#[tokio::test]
async fn a_mocked_workflow_fails_its_caller_like_a_real_one() {
    let env = TestEnv::new();
    env.mock(pack, |_, pieces| async move { Ok(pieces) });
    env.mock(deliver, |_| async { Err("no such address".parse::<u8>().unwrap_err().into()) });
    let error = env.schedule(order("cars".into())).await.unwrap().result().await.unwrap_err();
    assert!(error.to_string().contains("workflow `deliver` failed: invalid digit"), "{error}");
}

#[tokio::test]
async fn mocks_with_limits_come_first_in_their_order_and_then_the_newest() {
    let env = TestEnv::new();
    env.mock(charge, |_| async { Ok("oldest".to_owned()) });
    env.mock(charge, |_| async { Ok("first".to_owned()) }).once();
    env.mock(charge, |_| async { Ok("second".to_owned()) }).times(2);
    env.mock(charge, |_| async { Ok("newest".to_owned()) });
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(env.schedule(pay(1)).await.unwrap().result().await.unwrap());
    }
    assert_eq!(answers, ["first", "second", "second", "newest", "newest"]);
}

#[tokio::test]
async fn after_its_last_call_a_mock_leaves_the_rest_to_the_body() {
    let env = TestEnv::new();
    env.mock(charge, |_| async { Ok("mocked".to_owned()) }).once();
    assert_eq!(env.schedule(pay(1)).await.unwrap().result().await.unwrap(), "mocked");
    assert_eq!(env.schedule(pay(1)).await.unwrap().result().await.unwrap(), "charged 1");
}

#[tokio::test]
async fn a_condition_chooses_by_the_arguments() {
    let env = TestEnv::new();
    env.mock(charge, |_| async { Ok("much".to_owned()) }).when(|(payment,)| payment.amount > 100);
    assert_eq!(env.schedule(pay(101)).await.unwrap().result().await.unwrap(), "much");
    assert_eq!(env.schedule(pay(100)).await.unwrap().result().await.unwrap(), "charged 100");
}

#[tokio::test]
async fn a_mock_that_panics_fails_the_call_and_not_the_test() {
    let env = TestEnv::new();
    env.mock(charge, |_| async { panic!("out of paper") });
    let text = env.schedule(pay(1)).await.unwrap().result().await.unwrap();
    assert!(text.contains("`charge` panicked: out of paper"), "{text}");
}

#[tokio::test]
async fn a_mock_that_cannot_read_its_input_fails_the_call() {
    let env = TestEnv::new();
    env.mock(pack, |_, pieces| async move { Ok(pieces) });
    env.mock(deliver, |_| async { Ok(String::new()) }).when(|(address,)| address.starts_with("2 "));
    assert_eq!(env.schedule(order("cars".into())).await.unwrap().result().await.unwrap(), "");
}
