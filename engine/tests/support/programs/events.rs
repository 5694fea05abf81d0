//! External events, and what the end of an execution makes of them.

use std::{future::poll_fn, pin::Pin, task::Poll, time::Duration};

use dacapo_engine::{
    Context, Elapsed, EventFuture, TimerSpec,
    combine::{OneOf2, join2, race2},
};

use super::{Program, activity, activity_named, body, word};

fn read(result: Result<Option<String>, Elapsed>) -> String {
    match result {
        Ok(payload) => word(Ok(payload)),
        Err(elapsed) => format!("({elapsed})"),
    }
}

fn recv(ctx: &Context, name: &str) -> EventFuture {
    ctx.event(name, None)
}

/// A future that waits and is not looked at again.
async fn waiting_unseen(ctx: &Context, name: &str) -> Pin<Box<EventFuture>> {
    let mut future = Box::pin(recv(ctx, name));
    poll_fn(|cx| {
        assert!(future.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    future
}

pub const PROGRAMS: &[(&str, Program)] = &[
    ("wait", |ctx, _| body(async move { Ok(Some(read(recv(&ctx, "Approval").await))) })),
    ("wait-after-activity", |ctx, _| {
        body(async move {
            ctx.activity(activity_named("ask")).await?;
            Ok(Some(read(ctx.event("Approval", Some(Duration::from_secs(60))).await)))
        })
    }),
    ("wait-limited", |ctx, _| {
        body(async move {
            let approval = read(ctx.event("Approval", Some(Duration::from_secs(60))).await);
            ctx.activity(activity("tell", &approval)).await
        })
    }),
    ("wait-no-time", |ctx, _| {
        body(async move {
            let first = read(ctx.event("Approval", Some(Duration::ZERO)).await);
            ctx.activity(activity_named("ask")).await?;
            let second = read(ctx.event("Approval", Some(Duration::ZERO)).await);
            Ok(Some(format!("{first} {second}")))
        })
    }),
    ("two-waiters", |ctx, _| {
        body(async move {
            let (a, b) = join2(&ctx, recv(&ctx, "Go"), recv(&ctx, "go")).await;
            Ok(Some(format!("{} {}", read(a), read(b))))
        })
    }),
    ("wait-again", |ctx, _| {
        body(async move {
            let limit = Some(Duration::from_secs(60));
            let first = read(ctx.event("Go", limit).await);
            let second = read(ctx.event("Go", limit).await);
            Ok(Some(format!("{first} {second}")))
        })
    }),
    ("wait-loses-race", |ctx, _| {
        body(async move {
            race2(&ctx, recv(&ctx, "Go"), ctx.activity(activity_named("cancel"))).await;
            Ok(Some(read(recv(&ctx, "Go").await)))
        })
    }),
    ("loser-gives-back", |ctx, _| {
        body(async move {
            ctx.activity(activity_named("ask")).await?;
            // Both are there already: the second has taken its event when the first wins.
            let OneOf2::First(won) = race2(&ctx, recv(&ctx, "Stop"), recv(&ctx, "Go")).await else {
                return Ok(Some("the second".into()));
            };
            let (first, second) = (read(recv(&ctx, "Go").await), read(recv(&ctx, "Go").await));
            Ok(Some(format!("{} {first} {second}", read(won))))
        })
    }),
    ("unseen-event-reaches-next-waiter", |ctx, _| {
        body(async move {
            let dropped = waiting_unseen(&ctx, "Go").await;
            let drops = async {
                recv(&ctx, "Drop").await.ok();
                drop(dropped);
            };
            // The next waiter is polled before the other is dropped.
            let (next, ()) = join2(&ctx, recv(&ctx, "Go"), drops).await;
            Ok(Some(read(next)))
        })
    }),
    ("unseen-event-returns", |ctx, _| {
        body(async move {
            let dropped = waiting_unseen(&ctx, "Go").await;
            recv(&ctx, "Drop").await.ok();
            drop(dropped);
            let (first, second) = (read(recv(&ctx, "Go").await), read(recv(&ctx, "Go").await));
            Ok(Some(format!("{first} {second}")))
        })
    }),
    ("old-wait-then-activity", |ctx, _| {
        body(async move {
            let wait = recv(&ctx, "Approval");
            let (approval, told) = join2(&ctx, wait, ctx.activity(activity_named("tell"))).await;
            let last = word(ctx.activity(activity_named("ship")).await);
            Ok(Some(format!("{} {} {last}", read(approval), word(told))))
        })
    }),
    ("old-wait-then-timer", |ctx, _| {
        body(async move {
            let approval = read(recv(&ctx, "Approval").await);
            ctx.timer(TimerSpec::After(Duration::from_secs(5)), None).await;
            Ok(Some(approval))
        })
    }),
    ("generations", |ctx, input| {
        body(async move {
            let seen = read(recv(&ctx, "Go").await);
            ctx.continue_as_new(Some("lost".into()), false);
            ctx.continue_as_new(Some(format!("{}{seen}", input.unwrap_or_default())), true);
            Ok(Some("ignored".into()))
        })
    }),
    ("generations-dropping-events", |ctx, _| {
        body(async move {
            recv(&ctx, "Go").await.ok();
            ctx.continue_as_new(None, false);
            Ok(None)
        })
    }),
    ("generations-dropping-work", |ctx, _| {
        body(async move {
            drop(ctx.start_activity(activity_named("notify")));
            drop(ctx.start_child(super::child("ship", None)));
            drop(ctx.start_timer(TimerSpec::After(Duration::from_secs(5)), None));
            ctx.continue_as_new(None, true);
            Ok(None)
        })
    }),
    ("generations-failing", |ctx, _| {
        body(async move {
            ctx.continue_as_new(None, true);
            ctx.activity(activity_named("charge")).await
        })
    }),
];
