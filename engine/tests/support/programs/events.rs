//! External events, and what the end of an execution makes of them.

use std::{cell::Cell, rc::Rc, time::Duration};

use dacapo_engine::{
    Body, Context, Elapsed, TimerSpec,
    combine::{OneOf2, join2, race2, race3},
};

use super::{activity, activity_named, body, word};

fn read(result: Result<Option<String>, Elapsed>) -> String {
    match result {
        Ok(payload) => word(Ok(payload)),
        Err(elapsed) => format!("({elapsed})"),
    }
}

pub fn find(name: &str, ctx: &Context, input: &Option<String>) -> Option<Body> {
    let (ctx, input) = (ctx.clone(), input.clone());
    let recv = {
        let ctx = ctx.clone();
        move |name: &str| ctx.event(name, None)
    };
    match name {
        "wait" => body(async move { Ok(Some(read(recv("Approval").await))) }),
        "wait-after-activity" => body(async move {
            ctx.activity(activity_named("ask")).await?;
            Ok(Some(read(ctx.event("Approval", Some(Duration::from_secs(60))).await)))
        }),
        "wait-limited" => body(async move {
            let approval = read(ctx.event("Approval", Some(Duration::from_secs(60))).await);
            ctx.activity(activity("tell", &approval)).await
        }),
        "wait-no-time" => body(async move {
            let first = read(ctx.event("Approval", Some(Duration::ZERO)).await);
            ctx.activity(activity_named("ask")).await?;
            let second = read(ctx.event("Approval", Some(Duration::ZERO)).await);
            Ok(Some(format!("{first} {second}")))
        }),
        "two-waiters" => body(async move {
            let (a, b) = join2(&ctx, recv("Go"), recv("go")).await;
            Ok(Some(format!("{} {}", read(a), read(b))))
        }),
        "wait-again" => body(async move {
            let limit = Some(Duration::from_secs(60));
            let first = read(ctx.event("Go", limit).await);
            let second = read(ctx.event("Go", limit).await);
            Ok(Some(format!("{first} {second}")))
        }),
        "wait-loses-race" => body(async move {
            race2(&ctx, recv("Go"), ctx.activity(activity_named("cancel"))).await;
            Ok(Some(read(recv("Go").await)))
        }),
        "loser-gives-back" => body(async move {
            ctx.activity(activity_named("ask")).await?;
            // Both are there already: the second has taken its event when the first wins.
            let OneOf2::First(won) = race2(&ctx, recv("Stop"), recv("Go")).await else {
                return Ok(Some("the second".into()));
            };
            let (first, second) = (read(recv("Go").await), read(recv("Go").await));
            Ok(Some(format!("{} {first} {second}", read(won))))
        }),
        "loser-gives-back-to-a-waiter" => body(async move {
            // The member that waits for the same event is polled before the race gives it back.
            let waits = recv("Go");
            let races = async {
                ctx.activity(activity_named("ask")).await.ok();
                let inner = async {
                    recv("Stop").await.ok();
                    recv("Go").await
                };
                race3(&ctx, async {}, inner, recv("Go")).await;
                "raced"
            };
            let (races, waits) = join2(&ctx, races, waits).await;
            Ok(Some(format!("{races} {}", read(waits))))
        }),
        "unseen-event-returns" => body(async move {
            // The event reaches a waiter, which its neighbour drops before it can look.
            let slot = Rc::new(Cell::new(Some(Box::pin(ctx.event("Go", None)))));
            let parked = Rc::clone(&slot);
            let waits = std::future::poll_fn(move |cx| {
                let Some(mut future) = parked.take() else { return std::task::Poll::Ready(()) };
                let _ = future.as_mut().poll(cx);
                parked.set(Some(future));
                std::task::Poll::Pending
            });
            let drops = async {
                ctx.event("Drop", None).await.ok();
                drop(slot.take());
            };
            join2(&ctx, drops, race2(&ctx, waits, ctx.activity(activity_named("ask")))).await;
            Ok(Some(read(recv("Go").await)))
        }),
        "old-wait-then-activity" => body(async move {
            let wait = recv("Approval");
            let (approval, told) = join2(&ctx, wait, ctx.activity(activity_named("tell"))).await;
            let last = word(ctx.activity(activity_named("ship")).await);
            Ok(Some(format!("{} {} {last}", read(approval), word(told))))
        }),
        "old-wait-then-timer" => body(async move {
            let approval = read(recv("Approval").await);
            ctx.timer(TimerSpec::After(Duration::from_secs(5)), None).await;
            Ok(Some(approval))
        }),
        "generations" => body(async move {
            let seen = read(recv("Go").await);
            ctx.continue_as_new(Some("lost".into()), false);
            ctx.continue_as_new(Some(format!("{}{seen}", input.unwrap_or_default())), true);
            Ok(Some("ignored".into()))
        }),
        "generations-dropping-events" => body(async move {
            recv("Go").await.ok();
            ctx.continue_as_new(None, false);
            Ok(None)
        }),
        "generations-dropping-work" => body(async move {
            drop(ctx.start_activity(activity_named("notify")));
            drop(ctx.start_child(super::child("ship", None)));
            drop(ctx.start_timer(TimerSpec::After(Duration::from_secs(5)), None));
            ctx.continue_as_new(None, true);
            Ok(None)
        }),
        "generations-failing" => body(async move {
            ctx.continue_as_new(None, true);
            ctx.activity(activity_named("charge")).await
        }),
        _ => None,
    }
}
