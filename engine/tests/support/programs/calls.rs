//! Activities, child workflows, detached workflows, timers and retries.

use std::{cell::RefCell, rc::Rc, time::Duration};

use dacapo_engine::{
    ActivitySpec, ChildSpec, DetachedSpec, FailureDetails, Propagation, RetryPolicy, Target, TimerSpec,
    combine::{join_all, join2, race2, timeout},
};

use super::{Program, activity, activity_named, body, child, retries, word};
use crate::support::at;

pub const PROGRAMS: &[(&str, Program)] = &[
    ("chain", |ctx, input| {
        body(async move {
            let a = ctx.activity(activity("reserve", &input.unwrap_or_default())).await?;
            let b = ctx.activity(activity("charge", &a.unwrap_or_default())).await?;
            ctx.activity(activity("ship", &b.unwrap_or_default())).await
        })
    }),
    ("one", |ctx, _| body(async move { ctx.activity(activity_named("charge")).await })),
    ("other-one", |ctx, _| body(async move { ctx.activity(activity_named("refund")).await })),
    ("none", |_, _| body(async { Ok(None) })),
    ("failing", |ctx, _| {
        body(async move {
            let failure = ctx.activity(activity_named("charge")).await;
            Ok(Some(word(failure)))
        })
    }),
    ("passing-failure-on", |ctx, _| body(async move { ctx.activity(activity_named("charge")).await })),
    ("retry", |ctx, _| {
        body(async move {
            let call = ctx.activity(ActivitySpec { retry: Some(retries(3)), ..activity("charge", "5") });
            Ok(Some(word(call.await)))
        })
    }),
    ("retry-limits", |ctx, _| {
        body(async move {
            let retry = RetryPolicy {
                max_attempts: 9,
                first_interval: Duration::from_secs(10),
                backoff: 3.0,
                max_interval: Some(Duration::from_secs(40)),
                timeout: Some(Duration::from_secs(100)),
                non_retryable: vec!["Refused".into()],
                predicate: None,
            };
            Ok(Some(word(
                ctx.activity(ActivitySpec { retry: Some(retry), ..activity_named("charge") }).await,
            )))
        })
    }),
    ("retry-in-join", |ctx, _| {
        body(async move {
            let call =
                |input| ctx.activity(ActivitySpec { retry: Some(retries(2)), ..activity("charge", input) });
            let results = join_all(&ctx, vec![call("a"), call("b")]).await;
            Ok(Some(results.into_iter().map(word).collect::<Vec<_>>().join(" ")))
        })
    }),
    ("retry-loses-race", |ctx, _| {
        body(async move {
            let call = ctx.activity(ActivitySpec { retry: Some(retries(5)), ..activity_named("charge") });
            race2(&ctx, call, ctx.activity(activity_named("cancel"))).await;
            ctx.activity(activity_named("after")).await
        })
    }),
    ("started-retry", |ctx, _| {
        body(async move {
            drop(ctx.start_activity(ActivitySpec { retry: Some(retries(2)), ..activity_named("charge") }));
            ctx.activity(activity_named("wait")).await
        })
    }),
    ("bad-retry", |ctx, _| {
        body(async move {
            let retry = RetryPolicy { first_interval: Duration::ZERO, ..retries(3) };
            ctx.activity(ActivitySpec { retry: Some(retry), ..activity_named("charge") }).await
        })
    }),
    ("child", |ctx, _| body(async move { ctx.child(child("ship", Some("ship-1"))).await })),
    ("default-child", |ctx, _| {
        body(async move {
            ctx.activity(activity_named("prepare")).await?;
            Ok(Some(word(ctx.child(child("ship", None)).await)))
        })
    }),
    ("child-retry", |ctx, _| {
        body(async move {
            let call = |id| ctx.child(ChildSpec { retry: Some(retries(3)), ..child("ship", id) });
            let (named, unnamed) = join2(&ctx, call(Some("ship-1")), call(None)).await;
            Ok(Some(format!("{} {}", word(named), word(unnamed))))
        })
    }),
    ("started-child", |ctx, _| {
        body(async move {
            let handle = ctx.start_child(child("ship", Some("ship-1")));
            ctx.activity(activity_named("pack")).await?;
            handle.await
        })
    }),
    ("started-dropped", |ctx, _| {
        body(async move {
            drop(ctx.start_activity(activity_named("notify")));
            drop(ctx.start_timer(TimerSpec::After(Duration::from_secs(5)), None));
            ctx.activity(activity_named("pack")).await
        })
    }),
    ("started-awaited-later", |ctx, _| {
        body(async move {
            let handle = ctx.start_activity(activity_named("notify"));
            let packed = ctx.activity(activity_named("pack")).await?;
            Ok(Some(format!("{} {}", word(Ok(packed)), word(handle.await))))
        })
    }),
    ("unawaited", |ctx, _| {
        body(async move {
            (0..30).for_each(|n| drop(ctx.start_activity(activity("notify", &n.to_string()))));
            Ok(Some("done".into()))
        })
    }),
    ("detached", |ctx, _| {
        body(async move {
            let spec = DetachedSpec { name: "audit".into(), ..DetachedSpec::default() };
            let first = ctx.detached(spec.clone());
            let named = ctx.detached(DetachedSpec {
                instance_id: Some("audit-7".into()),
                input: Some("7".into()),
                start_at: Some(at(3600)),
                tags: [("team".into(), "blue".into())].into(),
                ..spec.clone()
            });
            ctx.activity(activity_named("pack")).await?;
            let second = ctx.detached(spec);
            Ok(Some(format!("{first} {named} {second}")))
        })
    }),
    ("timers", |ctx, _| {
        body(async move {
            ctx.timer(TimerSpec::After(Duration::from_millis(1500)), None).await;
            ctx.timer(TimerSpec::At(at(0)), Some("in the past".into())).await;
            Ok(Some(ctx.now().to_string()))
        })
    }),
    ("named-timer", |ctx, _| {
        body(async move {
            ctx.timer(TimerSpec::After(Duration::from_secs(60)), Some("nap".into())).await;
            Ok(None)
        })
    }),
    ("detaching", |ctx, _| {
        body(async move {
            let instance_id = Some("audit-8".into());
            ctx.detached(DetachedSpec { name: "audit".into(), instance_id, ..DetachedSpec::default() });
            ctx.activity(activity_named("pack")).await
        })
    }),
    ("timer-only", |ctx, _| {
        body(async move {
            ctx.timer(TimerSpec::After(Duration::from_secs(60)), None).await;
            Ok(None)
        })
    }),
    ("timed-out-activity", |ctx, _| {
        body(async move {
            let call = ctx.activity(ActivitySpec { retry: Some(retries(5)), ..activity_named("charge") });
            let first = timeout(&ctx, call, Duration::from_secs(30)).await;
            let quick = timeout(&ctx, async {}, Duration::from_secs(30)).await;
            let last = word(ctx.activity(activity_named("after")).await);
            Ok(Some(format!("{} {} {last}", first.is_ok(), quick.is_ok())))
        })
    }),
    ("routed", |ctx, _| {
        body(async move {
            let target = |app: &str, namespace: Option<&str>| {
                Some(Target { app: app.into(), namespace: namespace.map(Into::into) })
            };
            let bank = ActivitySpec { target: target("bank", None), ..activity_named("charge") };
            let bank = ActivitySpec { retry: Some(retries(2)), propagation: Propagation::OwnHistory, ..bank };
            let dock = ChildSpec { target: target("dock", Some("europe")), ..child("ship", None) };
            let dock = ChildSpec { propagation: Propagation::Lineage, ..dock };
            let audit =
                DetachedSpec { name: "audit".into(), target: target("audit", None), ..Default::default() };
            ctx.detached(audit);
            let _both = join2(&ctx, ctx.activity(bank), ctx.child(dock)).await;
            Ok(ctx.app_id())
        })
    }),
    ("routed-nowhere", |ctx, _| {
        body(async move {
            let target = Some(Target { app: String::new(), namespace: Some("europe".into()) });
            ctx.activity(ActivitySpec { target, ..activity_named("charge") }).await
        })
    }),
    ("predicate-cannot-decide", |ctx, _| {
        body(async move {
            let (inside, failure) = (ctx.clone(), FailureDetails::new("WorkflowPanic", "no idea"));
            let retry = RetryPolicy {
                predicate: Some(Rc::new(move |_| {
                    inside.fail(failure.clone());
                    true
                })),
                ..retries(3)
            };
            // Nobody waits for the call, and what is awaited may never come.
            drop(ctx.start_activity(ActivitySpec { retry: Some(retry), ..activity_named("charge") }));
            ctx.activity(activity_named("wait")).await
        })
    }),
    ("predicate-drops-call", |ctx, _| {
        body(async move {
            // The predicate owns the future of its own call.
            let slot: Rc<RefCell<Option<dacapo_engine::CallFuture>>> = Rc::default();
            let inside = Rc::clone(&slot);
            let retry = RetryPolicy {
                predicate: Some(Rc::new(move |_| {
                    drop(inside.take());
                    true
                })),
                ..retries(3)
            };
            *slot.borrow_mut() =
                Some(ctx.start_activity(ActivitySpec { retry: Some(retry), ..activity_named("charge") }));
            ctx.activity(activity_named("wait")).await
        })
    }),
];
