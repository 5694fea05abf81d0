//! Joins, races and bounded fan-out.

use std::time::Duration;

use dacapo_engine::{
    CallFuture, Context, TimerSpec,
    combine::{
        OneOf2, OneOf3, buffered, join_all, join2, join3, race_all, race2, race3, timeout, try_join_all,
        try_join2,
    },
};

use super::{Program, activity, activity_named, body, word};

fn call(ctx: &Context, name: &str) -> CallFuture {
    ctx.activity(activity_named(name))
}

pub const PROGRAMS: &[(&str, Program)] = &[
    ("tuple", |ctx, _| {
        body(async move {
            let nap = ctx.timer(TimerSpec::After(Duration::from_secs(1)), None);
            let (a, b, ()) = join3(&ctx, call(&ctx, "a"), call(&ctx, "b"), nap).await;
            Ok(Some(format!("{} {}", word(a), word(b))))
        })
    }),
    ("array", |ctx, _| {
        body(async move {
            let results = join_all(&ctx, ["a", "b"].map(|name| call(&ctx, name)).into()).await;
            Ok(Some(results.into_iter().map(word).collect::<Vec<_>>().join(" ")))
        })
    }),
    ("fan-out", |ctx, input| {
        body(async move {
            let width: usize = input.unwrap_or_default().parse().unwrap_or(0);
            let calls = (0..width).map(|n| ctx.activity(activity("square", &n.to_string()))).collect();
            let results = join_all(&ctx, calls).await;
            Ok(Some(results.into_iter().map(word).collect::<Vec<_>>().join(" ")))
        })
    }),
    ("nested-joins", |ctx, _| {
        body(async move {
            let lines = (0..3).map(|line| {
                let ctx = ctx.clone();
                async move {
                    let first =
                        (0..2).map(|n| ctx.activity(activity("pick", &format!("{line}{n}")))).collect();
                    let picked: Vec<_> = join_all(&ctx, first).await.into_iter().map(word).collect();
                    word(ctx.activity(activity("pack", &picked.join("+"))).await)
                }
            });
            Ok(Some(join_all(&ctx, lines.collect()).await.join(" ")))
        })
    }),
    ("race", |ctx, _| {
        body(async move {
            let winner = match race2(&ctx, call(&ctx, "a"), call(&ctx, "b")).await {
                OneOf2::First(result) => format!("after-{}", word(result)),
                OneOf2::Second(result) => format!("after-{}", word(result)),
            };
            ctx.activity(activity_named(&winner)).await
        })
    }),
    ("race-of-many", |ctx, _| {
        body(async move {
            let (place, result) = race_all(&ctx, ["a", "b", "c"].map(|name| call(&ctx, name)).into()).await;
            ctx.activity(activity_named(&format!("after-{place}-{}", word(result)))).await
        })
    }),
    ("race-decided-at-once", |ctx, _| {
        body(async move {
            let OneOf3::Second(()) = race3(&ctx, call(&ctx, "a"), async {}, call(&ctx, "b")).await else {
                return Ok(Some("not the second".into()));
            };
            call(&ctx, "c").await
        })
    }),
    ("race-of-joins", |ctx, _| {
        body(async move {
            let pair = join2(&ctx, call(&ctx, "a"), call(&ctx, "b"));
            let many = join_all(&ctx, ["c", "d"].map(|name| call(&ctx, name)).into());
            Ok(Some(match race2(&ctx, pair, many).await {
                OneOf2::First((a, b)) => format!("pair {} {}", word(a), word(b)),
                OneOf2::Second(many) => format!("many {}", many.len()),
            }))
        })
    }),
    ("decided-together", |ctx, _| {
        body(async move {
            let start = |name| ctx.start_activity(activity_named(name));
            let [a, b, c, d, e, f, g, h] = ["a", "b", "c", "d", "e", "f", "g", "h"].map(start);
            ctx.event("Go", None).await.ok();
            let OneOf2::First(two) = race2(&ctx, b, a).await else {
                return Ok(Some("not the first of two".into()));
            };
            let (place, many) = race_all(&ctx, vec![d, c]).await;
            let failed = try_join2(&ctx, f, e).await.map(|_| None);
            let failed_many = try_join_all(&ctx, vec![h, g]).await.map(|_| None);
            Ok(Some(format!("{} {place} {} {} {}", word(two), word(many), word(failed), word(failed_many))))
        })
    }),
    ("fail-fast", |ctx, _| {
        body(async move {
            let pair = try_join2(&ctx, call(&ctx, "a"), call(&ctx, "b")).await;
            let pair = pair.map(|(a, b)| Some(format!("{} {}", word(Ok(a)), word(Ok(b)))));
            Ok(Some(format!("pair: {}", word(pair))))
        })
    }),
    ("fail-fast-many", |ctx, _| {
        body(async move {
            let many = try_join_all(&ctx, ["a", "b", "c"].map(|name| call(&ctx, name)).into()).await;
            let many = many.map(|many| Some(format!("{}", many.len())));
            Ok(Some(format!("many: {}", word(many))))
        })
    }),
    ("buffered", |ctx, _| {
        body(async move {
            let calls = ["a", "b", "c", "d"].into_iter().map(|name| call(&ctx, name));
            let results = buffered(&ctx, calls, 2).await;
            Ok(Some(results.into_iter().map(word).collect::<Vec<_>>().join(" ")))
        })
    }),
    ("buffered-of-nothing", |ctx, _| {
        body(async move {
            let none = buffered(&ctx, Vec::<CallFuture>::new(), 0).await;
            let empty = join_all(&ctx, Vec::<CallFuture>::new()).await;
            Ok(Some(format!("{} {}", none.len(), empty.len())))
        })
    }),
    ("timeout-and-result-together", |ctx, _| {
        body(async move {
            // Both members end at the event of the timer that they share by waiting for equal times.
            let limit = Duration::from_secs(5);
            let nap = async {
                ctx.timer(TimerSpec::After(limit), None).await;
                "napped"
            };
            Ok(Some(timeout(&ctx, nap, limit).await.unwrap_or("elapsed").into()))
        })
    }),
];
