//! What the tests of conversions share: values of every kind, and bytes that look like messages.

use dacapo_engine::{
    Event, EventKind, ExecutionStarted, FailureDetails, ParentInfo, Router, TimerOrigin, Timestamp,
    TraceContext, WorkflowVersion,
};
use proptest::{
    collection::{btree_map, vec},
    option::of,
    prelude::*,
    test_runner::FileFailurePersistence,
};

/// Failing seeds are printed, and kept beside the test that found them.
pub(crate) fn config() -> ProptestConfig {
    let persistence = FileFailurePersistence::WithSource("regressions");
    ProptestConfig { failure_persistence: Some(Box::new(persistence)), ..ProptestConfig::default() }
}

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("null".to_owned()), ".{1,12}"]
}

/// A text of those for which empty means absent.
pub(crate) fn filled() -> impl Strategy<Value = String> {
    ".{1,12}"
}

pub(crate) fn timestamp() -> impl Strategy<Value = Timestamp> {
    let anywhere = (Timestamp::MIN.seconds()..=Timestamp::MAX.seconds(), 0u32..1_000_000_000);
    prop_oneof![
        Just(Timestamp::MIN),
        Just(Timestamp::UNIX_EPOCH),
        Just(Timestamp::MAX),
        anywhere.prop_map(|(seconds, nanos)| Timestamp::new(seconds, nanos)),
    ]
}

/// Boxed, as the larger ones below are: the stack of a test does not hold their trees.
pub(crate) fn failure() -> BoxedStrategy<FailureDetails> {
    let link = (text(), text(), of(text()), any::<bool>());
    vec(link, 1..=18)
        .prop_map(|links| {
            let chain =
                links.into_iter().rfold(None, |inner, (error_type, message, stack_trace, non_retriable)| {
                    Some(Box::new(FailureDetails { error_type, message, stack_trace, inner, non_retriable }))
                });
            *chain.expect("at least one link")
        })
        .boxed()
}

pub(crate) fn router() -> impl Strategy<Value = Router> {
    (text(), of(filled()), of(filled())).prop_map(|(source_app, target_app, target_namespace)| Router {
        source_app,
        target_app,
        target_namespace,
    })
}

pub(crate) fn version() -> impl Strategy<Value = WorkflowVersion> {
    (vec(text(), 0..4), of(filled())).prop_map(|(patches, name)| WorkflowVersion { patches, name })
}

pub(crate) fn trace_context() -> impl Strategy<Value = TraceContext> {
    (filled(), of(filled()))
        .prop_map(|(trace_parent, trace_state)| TraceContext { trace_parent, trace_state })
}

pub(crate) fn timer_origin() -> impl Strategy<Value = TimerOrigin> {
    prop_oneof![
        Just(TimerOrigin::CreateTimer),
        text().prop_map(|name| TimerOrigin::ExternalEvent { name }),
        text().prop_map(|task_execution_id| TimerOrigin::ActivityRetry { task_execution_id }),
        text().prop_map(|instance_id| TimerOrigin::ChildRetry { instance_id }),
    ]
}

fn parent() -> impl Strategy<Value = ParentInfo> {
    (text(), of(filled()), text(), any::<i32>(), of(filled()), of(filled())).prop_map(
        |(instance_id, execution_id, name, task_scheduled_id, app_id, app_namespace)| ParentInfo {
            instance_id,
            execution_id,
            name,
            task_scheduled_id,
            app_id,
            app_namespace,
        },
    )
}

fn execution_started() -> BoxedStrategy<ExecutionStarted> {
    let ids = (text(), of(text()), text(), of(filled()));
    let rest = (of(parent()), btree_map(text(), text(), 0..4), of(timestamp()), of(trace_context()));
    (ids, rest)
        .prop_map(
            |((name, input, instance_id, execution_id), (parent, tags, scheduled_start, trace_parent))| {
                ExecutionStarted {
                    name,
                    input,
                    instance_id,
                    execution_id,
                    parent,
                    tags,
                    scheduled_start,
                    trace_parent,
                }
            },
        )
        .boxed()
}

fn task_kind() -> BoxedStrategy<EventKind> {
    prop_oneof![
        (text(), text())
            .prop_map(|(name, task_execution_id)| EventKind::TaskScheduled { name, task_execution_id }),
        (any::<i32>(), of(text()), text()).prop_map(|(scheduled_id, result, task_execution_id)| {
            EventKind::TaskCompleted { scheduled_id, result, task_execution_id }
        }),
        (any::<i32>(), of(failure()), text()).prop_map(|(scheduled_id, details, task_execution_id)| {
            EventKind::TaskFailed { scheduled_id, details, task_execution_id }
        }),
        (text(), text()).prop_map(|(name, instance_id)| EventKind::ChildCreated { name, instance_id }),
        (any::<i32>(), of(text()))
            .prop_map(|(scheduled_id, result)| EventKind::ChildCompleted { scheduled_id, result }),
        (any::<i32>(), of(failure()))
            .prop_map(|(scheduled_id, details)| EventKind::ChildFailed { scheduled_id, details }),
        (timestamp(), of(filled()), of(timer_origin()))
            .prop_map(|(fire_at, name, origin)| EventKind::TimerCreated { fire_at, name, origin }),
        (any::<i32>(), timestamp())
            .prop_map(|(timer_id, fire_at)| EventKind::TimerFired { timer_id, fire_at }),
        text().prop_map(|instance_id| EventKind::DetachedCreated { instance_id }),
    ]
    .boxed()
}

fn kind() -> impl Strategy<Value = EventKind> {
    prop_oneof![
        9 => task_kind(),
        2 => execution_started().prop_map(|started| EventKind::ExecutionStarted(started.into())),
        1 => Just(EventKind::ExecutionCompleted),
        1 => (of(text()), any::<bool>())
            .prop_map(|(input, recurse)| EventKind::ExecutionTerminated { input, recurse }),
        2 => of(version()).prop_map(|version| EventKind::WorkflowStarted { version }),
        2 => (text(), of(text())).prop_map(|(name, input)| EventKind::EventRaised { name, input }),
        1 => Just(EventKind::ExecutionSuspended),
        1 => Just(EventKind::ExecutionResumed),
        1 => Just(EventKind::EventSent),
        1 => Just(EventKind::Ignored),
    ]
}

pub(crate) fn event() -> BoxedStrategy<Event> {
    (any::<i32>(), timestamp(), of(router()), kind())
        .prop_map(|(id, timestamp, router, kind)| Event { id, timestamp, router, kind })
        .boxed()
}
