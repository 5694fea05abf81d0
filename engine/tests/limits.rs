//! Every limit: at it all is well, one past it the turn ends with a problem that names it.

mod support;

use dacapo_engine::{Context, FailureDetails, Limits, Outcome, Problem, Settings};
use support::{
    fixed::first_turn,
    programs::{activity, activity_named, child},
    raised,
};

type Result = std::result::Result<Option<String>, FailureDetails>;

fn limited(limits: Limits) -> Settings {
    Settings { limits, ..Settings::default() }
}

/// Asserts that `turn` is fine under the limits `at` and exceeds `under`, in these words.
fn check(turn: impl Fn(Settings) -> Outcome, at: Limits, under: Limits, words: &str) {
    let fine = turn(limited(at));
    assert!(matches!(fine, Outcome::Answer(_)), "{fine:?}");
    let Outcome::Problem(problem) = turn(limited(under)) else { panic!("nothing limits {words}") };
    assert!(matches!(problem, Problem::LimitExceeded { .. }), "{problem:?}");
    assert!(problem.to_string().contains(words), "{problem}");
}

#[test]
fn events_of_a_history_are_limited() {
    let body = |ctx: Context| async move { ctx.activity(activity_named("pack")).await };
    let turn = |settings| first_turn(body, settings, vec![raised("Go", "1"), raised("Go", "2")]);
    let limits = |events_max| Limits { events_max, ..Limits::default() };
    check(turn, limits(4), limits(3), "more than 3 events in the history");
}

#[test]
fn actions_at_once_are_limited_and_none_is_kept_past_the_limit() {
    let body = |ctx: Context| async move {
        (0..5).for_each(|_| drop(ctx.start_activity(activity_named("pack"))));
        Result::Ok(None)
    };
    let turn = |settings| first_turn(body, settings, vec![]);
    let limits = |actions_max| Limits { actions_max, ..Limits::default() };
    check(turn, limits(5), limits(4), "more than 4 actions at once");
}

#[test]
fn events_that_nobody_waits_for_are_limited() {
    let body = |ctx: Context| async move { ctx.activity(activity_named("pack")).await };
    let turn = |settings| first_turn(body, settings, vec![raised("Go", "1"), raised("Stop", "2")]);
    let limits = |buffered_events_max| Limits { buffered_events_max, ..Limits::default() };
    check(turn, limits(2), limits(1), "more than 1 external events");
}

#[test]
fn every_payload_is_limited() {
    let limits = |payload_bytes_max| Limits { payload_bytes_max, ..Limits::default() };
    let check_body = |body: fn(Context) -> std::pin::Pin<Box<dyn Future<Output = Result>>>| {
        check(
            |settings| first_turn(body, settings, vec![]),
            limits(5),
            limits(4),
            "more than 4 bytes in one payload",
        );
    };
    check_body(|ctx| Box::pin(async move { ctx.activity(activity("pack", "12345")).await }));
    check_body(|ctx| {
        let spec = dacapo_engine::ChildSpec { input: Some("12345".into()), ..child("ship", None) };
        Box::pin(async move { ctx.child(spec).await })
    });
    check_body(|ctx| {
        let input = Some("12345".into());
        ctx.detached(dacapo_engine::DetachedSpec { name: "audit".into(), input, ..Default::default() });
        Box::pin(async { Ok(None) })
    });
    check_body(|_| Box::pin(async { Ok(Some("12345".into())) }));
    check_body(|ctx| {
        ctx.set_custom_status(Some("12345".into()));
        Box::pin(async { Ok(None) })
    });
    check_body(|ctx| {
        ctx.continue_as_new(Some("12345".into()), true);
        Box::pin(async { Ok(None) })
    });
}
