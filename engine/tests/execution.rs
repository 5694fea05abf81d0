//! An execution from outside: what it drops, keeps and tells.

mod support;

use std::{cell::RefCell, rc::Rc};

use dacapo_engine::{
    Context, EventKind, Execution, FailureDetails, Outcome, RetryPolicy, Settings, Workflows,
};
use support::{
    completed, event,
    fixed::{Fixed, live},
    programs::{Programs, activity, activity_named, retries},
    scheduled, started, turn,
};

type Result = std::result::Result<Option<String>, FailureDetails>;

fn is_answer(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Answer(_))
}

/// A token whose clones can be counted, and a body that owns one and a retry policy that does too.
fn owning() -> (Rc<()>, impl Workflows) {
    let token = Rc::new(());
    let owned = Rc::clone(&token);
    let workflows = Fixed(move |ctx: Context| {
        let (body, policy) = (Rc::clone(&owned), (Rc::clone(&owned), ctx.clone()));
        async move {
            let predicate = Rc::new(move |_: &FailureDetails| Rc::strong_count(&policy.0) > 0);
            let retry = RetryPolicy { predicate: Some(predicate), ..retries(5) };
            let mut spec = activity_named("pack");
            spec.retry = Some(retry);
            let handle = ctx.start_activity(spec);
            ctx.event("Go", None).await.ok();
            drop(body);
            handle.await
        }
    });
    (token, workflows)
}

#[test]
fn dropping_an_execution_drops_all_that_its_code_owns() {
    let (token, workflows) = owning();
    let mut execution = Execution::new(Settings::default());
    assert!(is_answer(&live(&mut execution, vec![turn(0), started("fixed", None)], &workflows)));
    assert_eq!(Rc::strong_count(&token), 4);
    drop(execution);
    assert_eq!(Rc::strong_count(&token), 2);
}

#[test]
fn a_terminated_execution_has_dropped_its_code() {
    let (token, workflows) = owning();
    let mut execution = Execution::new(Settings::default());
    let terminated = event(EventKind::ExecutionTerminated { input: None, recurse: false });
    assert!(is_answer(&live(&mut execution, vec![turn(0), started("fixed", None), terminated], &workflows)));
    assert_eq!(Rc::strong_count(&token), 2);
    assert!(execution.is_finished());
}

#[test]
fn an_execution_with_a_problem_has_dropped_its_code() {
    let (token, workflows) = owning();
    let mut execution = Execution::new(Settings::default());
    let outcome =
        live(&mut execution, vec![turn(0), started("fixed", None), scheduled(0, "other")], &workflows);
    assert!(matches!(outcome, Outcome::Problem(_)), "{outcome:?}");
    drop(execution);
    assert_eq!(Rc::strong_count(&token), 2);
}

#[test]
fn futures_may_outlive_their_execution() {
    let slot = Rc::new(RefCell::new(Vec::new()));
    let kept = Rc::clone(&slot);
    let workflows = Fixed(move |ctx: Context| {
        kept.borrow_mut().push(ctx.start_activity(activity_named("pack")));
        async move { Result::Ok(ctx.event("Go", None).await.ok().flatten()) }
    });
    let mut execution = Execution::new(Settings::default());
    assert!(is_answer(&live(&mut execution, vec![turn(0), started("fixed", None)], &workflows)));
    drop(execution);
    assert_eq!(slot.take().len(), 1);
}

#[test]
fn code_is_told_whether_it_is_replayed() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let lines = Rc::clone(&log);
    let workflows = Fixed(move |ctx: Context| {
        let lines = Rc::clone(&lines);
        async move {
            for step in ["one", "two"] {
                lines.borrow_mut().push(format!("{step} {}", ctx.is_replaying()));
                ctx.activity(activity_named(step)).await?;
            }
            lines.borrow_mut().push(format!("end {}", ctx.is_replaying()));
            Result::Ok(None)
        }
    });
    let mut execution = Execution::new(Settings::default());
    let past = [
        turn(0),
        started("fixed", None),
        scheduled(0, "one"),
        turn(1),
        completed(0, "1"),
        scheduled(1, "two"),
    ];
    for event in past {
        execution.apply(event, true, &workflows);
    }
    assert!(is_answer(&live(&mut execution, vec![turn(2), completed(1, "1")], &workflows)));
    assert_eq!(log.take(), ["one true", "two true", "end false"]);
}

#[test]
fn held_code_is_as_live_as_the_resumption() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let lines = Rc::clone(&log);
    let workflows = Fixed(move |ctx: Context| {
        let lines = Rc::clone(&lines);
        async move {
            ctx.activity(activity_named("one")).await?;
            lines.borrow_mut().push(ctx.is_replaying());
            Result::Ok(None)
        }
    });
    let mut execution = Execution::new(Settings::default());
    let suspended = event(EventKind::ExecutionSuspended);
    for event in [turn(0), started("fixed", None), scheduled(0, "one"), turn(1), suspended, completed(0, "1")]
    {
        execution.apply(event, true, &workflows);
    }
    assert!(!execution.is_finished());
    assert!(is_answer(&live(&mut execution, vec![turn(2), event(EventKind::ExecutionResumed)], &workflows)));
    assert_eq!(log.take(), [false]);
    assert!(execution.is_finished());
}

#[test]
fn a_waiting_execution_is_small_and_a_large_payload_counts() {
    let programs = Programs::default();
    let mut execution = Execution::new(Settings::default());
    live(&mut execution, vec![turn(0), started("wait", None)], &programs);
    let parked = execution.size_bytes();
    assert!(parked <= 4096, "{parked}");
    live(&mut execution, vec![turn(1), support::raised("Other", &"x".repeat(100_000))], &programs);
    assert!(execution.size_bytes() >= parked + 100_000);
}

#[test]
fn the_size_of_an_execution_shrinks_when_history_confirms_its_work() {
    let workflows =
        Fixed(|ctx: Context| async move { ctx.activity(activity("pack", &"x".repeat(100_000))).await });
    let mut execution = Execution::new(Settings::default());
    live(&mut execution, vec![turn(0), started("fixed", None)], &workflows);
    let asked = execution.size_bytes();
    execution.apply(scheduled(0, "pack"), true, &workflows);
    assert!(execution.size_bytes() + 100_000 <= asked);
}

#[test]
fn what_the_code_waits_for_is_known_by_id() {
    let workflows = Fixed(|ctx: Context| async move {
        let _unheeded = ctx.start_activity(activity_named("unheeded"));
        let event = ctx.event("Go", None);
        let activity = ctx.activity(activity_named("pack"));
        let _ = dacapo_engine::combine::join2(&ctx, event, activity).await;
        Result::Ok(None)
    });
    let mut execution = Execution::new(Settings::default());
    live(&mut execution, vec![turn(0), started("fixed", None)], &workflows);
    assert_eq!(execution.awaited(), [1, 2]);
    live(&mut execution, vec![turn(1), completed(2, "1")], &workflows);
    assert_eq!(execution.awaited(), [1]);
    live(&mut execution, vec![turn(2), support::raised("go", "1")], &workflows);
    assert_eq!(execution.awaited(), [0; 0]);
}

#[test]
fn debug_output_names_the_phase() {
    let mut execution = Execution::new(Settings::default());
    assert!(format!("{execution:?}").contains("waiting"));
    live(&mut execution, vec![turn(0), started("wait", None)], &Programs::default());
    assert!(format!("{execution:?}").contains("running"));
}
