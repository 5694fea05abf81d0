//! Programs after those with which Dapr tests its own sidecar.

use std::time::Duration;

use dacapo_engine::{
    ActivitySpec, ChildSpec, TimerSpec,
    combine::{join_all, join3},
};

use super::{Program, activity, activity_named, body, child, retries, word};

pub const PROGRAMS: &[(&str, Program)] = &[
    ("retry-zero", |ctx, _| {
        body(async move {
            let call = ActivitySpec { retry: Some(retries(0)), ..activity_named("charge") };
            Ok(Some(word(ctx.activity(call).await)))
        })
    }),
    ("two-patches", |ctx, _| {
        body(async move {
            let (first, second) = (ctx.is_patched("first"), ctx.is_patched("second"));
            ctx.activity(activity_named("ship")).await?;
            Ok(Some(format!("{first} {second}")))
        })
    }),
    ("two-patches-swapped", |ctx, _| {
        body(async move {
            let (second, first) = (ctx.is_patched("second"), ctx.is_patched("first"));
            ctx.activity(activity_named("ship")).await?;
            Ok(Some(format!("{first} {second}")))
        })
    }),
    ("patch-between-activities", |ctx, _| {
        body(async move {
            let first = ctx.is_patched("first");
            ctx.activity(activity_named("pack")).await?;
            let second = ctx.is_patched("second");
            ctx.activity(activity_named("ship")).await?;
            Ok(Some(format!("{first} {second}")))
        })
    }),
    ("loop-of-waits", |ctx, _| {
        body(async move {
            let mut answers = Vec::new();
            for _ in 0..4 {
                let said = ctx.event("Message", Some(Duration::from_secs(60))).await;
                let said = said.ok().flatten().unwrap_or_else(|| "silence".into());
                answers.push(word(ctx.activity(activity("answer", &said)).await));
            }
            Ok(Some(answers.join(" ")))
        })
    }),
    ("three-waits", |ctx, _| {
        body(async move {
            let wait = |name| ctx.event(name, Some(Duration::from_secs(60)));
            let (a, b, c) = join3(&ctx, wait("A"), wait("B"), wait("C")).await;
            let read =
                |event: Result<Option<String>, _>| event.ok().flatten().unwrap_or_else(|| "late".into());
            Ok(Some(format!("{} {} {}", read(a), read(b), read(c))))
        })
    }),
    ("twin-children", |ctx, _| {
        body(async move {
            let twins =
                [(); 2].map(|()| ctx.child(ChildSpec { retry: Some(retries(3)), ..child("ship", None) }));
            let results = join_all(&ctx, twins.into()).await;
            Ok(Some(results.into_iter().map(word).collect::<Vec<_>>().join(" ")))
        })
    }),
    ("child-after-child", |ctx, _| {
        body(async move {
            let mut results = Vec::new();
            for _ in 0..2 {
                let call = ctx.child(ChildSpec { retry: Some(retries(3)), ..child("ship", None) });
                results.push(word(call.await));
            }
            Ok(Some(results.join(" ")))
        })
    }),
    ("child-activity-and-timer", |ctx, _| {
        body(async move {
            let shipped = word(ctx.child(child("ship", None)).await);
            ctx.timer(TimerSpec::After(Duration::from_secs(1)), None).await;
            Ok(Some(format!("{shipped} {}", word(ctx.activity(activity_named("tell")).await))))
        })
    }),
    ("event-then-activity", |ctx, _| {
        body(async move {
            let go = ctx.event("Go", None).await.ok().flatten().unwrap_or_default();
            Ok(Some(format!("{go} {}", word(ctx.activity(activity_named("pack")).await))))
        })
    }),
];
