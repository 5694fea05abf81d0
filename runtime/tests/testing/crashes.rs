//! The worker lost on purpose.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dacapo::prelude::*;
use dacapo::testing::TestEnv;

use crate::programs::{charge, deliver, order, pack, pay};
use crate::stopped;

#[derive(Clone, Default)]
struct Books(Arc<AtomicU32>);

#[activity]
async fn book(books: State<Books>, amount: u32) -> Result<u32> {
    Ok(books.0.fetch_add(amount, Ordering::Relaxed) + amount)
}

#[workflow]
async fn books_twice() -> Result<u32> {
    book(1).await?;
    Ok(book(1).await?)
}

#[tokio::test]
async fn a_workflow_comes_to_the_same_result_wherever_its_worker_is_lost() {
    let runs = AtomicU32::new(0);
    let receipt = TestEnv::crash_at_every_turn(|env| {
        runs.fetch_add(1, Ordering::Relaxed);
        async move {
            env.mock(pack, |_, pieces| async move { Ok(pieces) }).fail_first(0);
            env.mock(deliver, |address| async move { Ok(address) });
            let result = env.schedule(order("cars".into())).await?.result().await?;
            Ok((result, env.calls(pack).len()))
        }
    });
    assert_eq!(receipt.await, ("2 pieces".to_owned(), 1));
    // Three turns, an activity and a mocked child, and the run without a crash.
    assert_eq!(runs.into_inner(), 6);
}

#[tokio::test]
async fn an_effect_that_happens_twice_is_found_with_its_place() {
    let text = stopped(TestEnv::crash_at_every_turn(|env| async move {
        let env = env.state(Books::default());
        Ok(env.schedule(books_twice()).await?.result().await?)
    }));
    let text = text.await;
    assert!(
        text.contains(
            "the loss of the worker after activity `book` (instance `test-1`) had run changed the result"
        ),
        "{text}"
    );
    assert!(text.contains("without: 2\n  with:    3"), "{text}");
}

#[tokio::test]
async fn a_mock_answers_a_repeated_call_as_it_did_before() {
    let calls = TestEnv::crash_at_every_turn(|env| async move {
        let mock = env.mock(charge, |_| async { Ok("once".to_owned()) }).fail_first(1);
        let receipt = env.schedule(pay(1)).await?.result().await?;
        Ok((receipt, mock.answered(), env.calls(charge).len()))
    });
    assert_eq!(calls.await, ("once".to_owned(), 2, 2));
}

#[tokio::test]
async fn chaos_draws_crashes_by_seed() {
    let crashed = Arc::new(AtomicU32::new(0));
    let bodies = Arc::clone(&crashed);
    TestEnv::chaos(0..30, |env| {
        let bodies = Arc::clone(&bodies);
        async move {
            let runs = Arc::new(AtomicU32::new(0));
            let counted = Arc::clone(&runs);
            env.mock(charge, move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
                async { Ok("paid".to_owned()) }
            });
            assert_eq!(env.schedule(pay(1)).await?.result().await?, "paid");
            bodies.fetch_add(runs.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
            Ok(())
        }
    })
    .await;
    assert!(crashed.load(Ordering::Relaxed) > 0, "no activity of thirty runs was repeated");
}

#[tokio::test]
async fn a_body_that_fails_says_with_which_crashes() {
    let text = stopped(TestEnv::chaos(0..30, |env| async move {
        let env = env.state(Books::default());
        let booked = env.schedule(books_twice()).await?.result().await?;
        if booked == 2 { Ok(()) } else { Err(std::io::Error::other("booked twice").into()) }
    }));
    let text = text.await;
    assert!(
        text.contains("the loss of the worker after activity `book` (instance `test-1`) had run"),
        "{text}"
    );
    assert!(text.contains("made the test's body fail") && text.contains("booked twice"), "{text}");
}
