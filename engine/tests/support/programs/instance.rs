//! What a workflow knows of its instance: status, time, ids, patches; and code that must not be awaited.

use dacapo_engine::Problem;

use super::{Program, activity_named, body, word};

pub const PROGRAMS: &[(&str, Program)] = &[
    ("status", |ctx, _| {
        body(async move {
            ctx.set_custom_status(Some("\"packing\"".into()));
            ctx.activity(activity_named("pack")).await?;
            ctx.set_custom_status(Some("\"shipping\"".into()));
            ctx.activity(activity_named("ship")).await?;
            ctx.set_custom_status(None);
            Ok(None)
        })
    }),
    ("ids-and-times", |ctx, _| {
        body(async move {
            let before = format!("{} {} {}", ctx.now(), ctx.new_uuid(), ctx.new_uuid());
            ctx.activity(activity_named("pack")).await?;
            Ok(Some(format!("{before} {} {}", ctx.now(), ctx.new_uuid())))
        })
    }),
    ("self-portrait", |ctx, input| {
        body(async move {
            let parent =
                ctx.parent().map(|parent| format!("{}:{}", parent.instance_id, parent.task_scheduled_id));
            let trace = ctx.trace_context().map(|trace| trace.trace_parent);
            Ok(Some(format!(
                "{} {} {:?} {parent:?} {:?} {:?} {trace:?} {input:?}",
                ctx.workflow_name(),
                ctx.instance_id(),
                ctx.execution_id(),
                ctx.tags(),
                ctx.app_id(),
            )))
        })
    }),
    ("patched", |ctx, _| {
        body(async move {
            let steps = if ctx.is_patched("gift-wrap") { ["wrap", "ship"] } else { ["ship", "bill"] };
            for step in steps {
                ctx.activity(activity_named(step)).await?;
            }
            let again = ctx.is_patched("gift-wrap");
            Ok(Some(format!("{again} {}", ctx.is_patched("late"))))
        })
    }),
    ("unpatched", |ctx, _| {
        body(async move {
            for step in ["ship", "bill"] {
                ctx.activity(activity_named(step)).await?;
            }
            Ok(None)
        })
    }),
    ("patch-removed", |ctx, _| {
        body(async move {
            for step in ["wrap", "ship"] {
                ctx.activity(activity_named(step)).await?;
            }
            Ok(None)
        })
    }),
    ("foreign", |ctx, _| {
        body(async move {
            drop(ctx.start_activity(activity_named("pack")));
            std::future::pending::<()>().await;
            Ok(None)
        })
    }),
    ("foreign-later", |ctx, _| {
        body(async move {
            ctx.activity(activity_named("pack")).await?;
            std::future::pending::<()>().await;
            Ok(None)
        })
    }),
    ("undecodable", |ctx, _| {
        body(async move {
            let result = word(ctx.activity(activity_named("pack")).await);
            let what = "the result of activity `pack`".into();
            ctx.stall(Problem::Undecodable { what, error: format!("`{result}` is no number") });
            ctx.stall(Problem::NotRegistered { name: "only the first counts".into() });
            std::future::pending::<()>().await;
            Ok(None)
        })
    }),
];
