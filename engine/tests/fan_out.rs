//! Wide joins: complete at any width, at a cost that grows with the width and no faster.
#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

mod support;

use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context as Poller, Poll},
};

use dacapo_engine::{
    CallFuture, Context, Event, Execution, FailureDetails, Outcome, Settings,
    combine::{buffered, join_all, try_join_all},
};
use support::{
    completed,
    fixed::{Fixed, live},
    programs::activity_named,
    scheduled, started, turn,
};

const WIDTH: i32 = 10_000;

/// Counts how often it is polled.
struct Counted {
    call: CallFuture,
    polls: Rc<Cell<usize>>,
}

impl Future for Counted {
    type Output = Result<Option<String>, FailureDetails>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        self.polls.set(self.polls.get() + 1);
        Pin::new(&mut self.call).poll(cx)
    }
}

fn counted(ctx: &Context, polls: &Rc<Cell<usize>>, name: &str) -> Counted {
    Counted { call: ctx.activity(activity_named(name)), polls: Rc::clone(polls) }
}

/// Runs `body` until its activities have completed, one a turn, last first; the outcome of the last turn.
fn run<F>(body: impl Fn(Context) -> F, width: i32) -> Outcome
where
    F: Future<Output = Result<Option<String>, FailureDetails>> + 'static,
{
    let workflows = Fixed(body);
    let mut execution = Execution::new(Settings::default());
    live(&mut execution, vec![turn(0), started("wide", None)], &workflows);
    for id in 0..width {
        execution.apply(scheduled(id, "square"), true, &workflows);
    }
    let turns =
        (0..width).rev().map(|id| live(&mut execution, vec![turn(1), completed(id, "1")], &workflows));
    turns.last().unwrap()
}

fn result(outcome: &Outcome) -> String {
    let Outcome::Answer(answer) = outcome else { panic!("{outcome:?}") };
    support::json::outcome(&Outcome::Answer(answer.clone()))["actions"][0]["result"].as_str().unwrap().into()
}

#[test]
fn ten_thousand_members_complete_and_each_is_polled_twice() {
    let polls = Rc::new(Cell::new(0));
    let count = Rc::clone(&polls);
    let outcome = run(
        move |ctx| {
            let members = (0..WIDTH).map(|_| counted(&ctx, &count, "square")).collect();
            async move { Ok(Some(join_all(&ctx, members).await.len().to_string())) }
        },
        WIDTH,
    );
    assert_eq!(result(&outcome), WIDTH.to_string());
    assert_eq!(polls.get(), 2 * WIDTH as usize);
}

#[test]
fn ten_thousand_members_that_may_fail_are_each_polled_twice() {
    let polls = Rc::new(Cell::new(0));
    let count = Rc::clone(&polls);
    let outcome = run(
        move |ctx| {
            let members = (0..WIDTH).map(|_| counted(&ctx, &count, "square")).collect();
            async move { Ok(Some(try_join_all(&ctx, members).await?.len().to_string())) }
        },
        WIDTH,
    );
    assert_eq!(result(&outcome), WIDTH.to_string());
    assert_eq!(polls.get(), 2 * WIDTH as usize);
}

#[test]
fn joins_in_a_join_are_polled_only_where_something_happened() {
    let polls = Rc::new(Cell::new(0));
    let count = Rc::clone(&polls);
    let outcome = run(
        move |ctx| {
            let count = Rc::clone(&count);
            let line = {
                let ctx = ctx.clone();
                move |_| {
                    let members = (0..100).map(|_| counted(&ctx, &count, "square")).collect();
                    join_all(&ctx, members)
                }
            };
            async move { Ok(Some(join_all(&ctx, (0..100).map(line).collect()).await.len().to_string())) }
        },
        WIDTH,
    );
    assert_eq!(result(&outcome), "100");
    assert_eq!(polls.get(), 2 * WIDTH as usize);
}

#[test]
fn a_bounded_fan_out_never_runs_more_than_its_width() {
    let body = |ctx: Context| async move {
        let calls = (0..1_000).map(|_| ctx.activity(activity_named("square"))).collect::<Vec<_>>();
        Ok(Some(buffered(&ctx, calls, 7).await.len().to_string()))
    };
    let workflows = Fixed(body);
    let mut execution = Execution::new(Settings::default());
    let mut running = Vec::from([turn(0), started("wide", None)]);
    let mut total = 0;
    loop {
        let outcome = live(&mut execution, std::mem::take(&mut running), &workflows);
        let Outcome::Answer(answer) = &outcome else { panic!("{outcome:?}") };
        if execution.is_finished() {
            assert_eq!(result(&outcome), "1000");
            break;
        }
        let ids: Vec<i32> = answer.actions.iter().map(|action| action.id).collect();
        assert!(!ids.is_empty() && ids.len() <= 7, "{ids:?}");
        total += ids.len();
        running =
            ids.iter().flat_map(|id| [scheduled(*id, "square"), completed(*id, "1")]).collect::<Vec<Event>>();
    }
    assert_eq!(total, 1_000);
}
