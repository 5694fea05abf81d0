//! Awaiting what history does not record is a problem with a name, never a hang.

mod support;

use std::{
    cell::RefCell,
    future::{pending, poll_fn},
    task::{Poll, Waker},
};

use dacapo_engine::{
    Context, FailureDetails, Outcome, Problem, Settings,
    combine::{join_all, join2},
};
use support::{completed, fixed::first_turn, programs::activity_named};

type Result = std::result::Result<Option<String>, FailureDetails>;

fn assert_foreign(outcome: &Outcome) {
    let problem = Problem::ForeignAwait { workflow: "fixed".into() };
    assert_eq!(outcome, &Outcome::Problem(problem));
}

#[test]
fn a_future_that_never_ends_is_foreign() {
    let body = |_: Context| async {
        pending::<()>().await;
        Result::Ok(None)
    };
    assert_foreign(&first_turn(body, Settings::default(), vec![]));
}

#[test]
fn a_future_that_keeps_the_waker_is_foreign_even_beside_durable_work() {
    let body = |ctx: Context| async move {
        let slot: RefCell<Option<Waker>> = RefCell::default();
        let foreign = poll_fn(|cx| {
            slot.replace(Some(cx.waker().clone()));
            Poll::<()>::Pending
        });
        let _ = join2(&ctx, ctx.activity(activity_named("pack")), foreign).await;
        Result::Ok(None)
    };
    assert_foreign(&first_turn(body, Settings::default(), vec![]));
}

#[test]
fn a_future_that_wakes_itself_is_foreign_even_beside_durable_work() {
    let body = |ctx: Context| async move {
        let foreign = poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        let _ = join2(&ctx, ctx.activity(activity_named("pack")), foreign).await;
        Result::Ok(None)
    };
    assert_foreign(&first_turn(body, Settings::default(), vec![]));
}

#[test]
fn a_silent_future_is_foreign_as_soon_as_nothing_durable_is_left_beside_it() {
    let body = |ctx: Context| async move {
        let _ = join2(&ctx, ctx.activity(activity_named("pack")), pending::<()>()).await;
        Result::Ok(None)
    };
    let first = first_turn(body, Settings::default(), vec![]);
    assert!(matches!(first, Outcome::Answer(_)), "{first:?}");
    assert_foreign(&first_turn(body, Settings::default(), vec![completed(0, "1")]));
}

#[test]
fn work_that_was_dropped_is_not_waited_for() {
    let body = |ctx: Context| async move {
        let mut waits = Box::pin(ctx.event("Go", None));
        poll_fn(|cx| {
            assert!(waits.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        drop(waits);
        pending::<()>().await;
        Result::Ok(None)
    };
    assert_foreign(&first_turn(body, Settings::default(), vec![]));
}

#[test]
fn members_of_a_wide_join_that_are_not_polled_count_as_waiting() {
    let body = |ctx: Context| async move {
        let calls = (0..50).map(|_| ctx.activity(activity_named("pack"))).collect();
        Result::Ok(Some(join_all(&ctx, calls).await.len().to_string()))
    };
    let outcome = first_turn(body, Settings::default(), vec![completed(7, "1")]);
    assert!(matches!(outcome, Outcome::Answer(_)), "{outcome:?}");
}
