//! What history recorded and what the code asks for: whether they agree, and both in words a person understands.

use alloc::{format, string::String};

use crate::{
    action::{Action, ActionKind},
    event::TimerOrigin,
    time::Timestamp,
};

/// A scheduling event of history.
#[derive(Clone, Debug)]
pub(crate) enum Recorded {
    Task { name: String, task_execution_id: String },
    Child { name: String, instance_id: String },
    Timer { fire_at: Timestamp, name: Option<String>, origin: Option<TimerOrigin> },
    Detached { instance_id: String },
}

/// The kinds of work that have an id of their own in history.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    Task,
    Child,
    Timer,
    Detached,
}

impl Kind {
    pub(crate) fn of(action: &ActionKind) -> Option<Self> {
        match action {
            ActionKind::ScheduleTask { .. } => Some(Self::Task),
            ActionKind::CreateChild { .. } => Some(Self::Child),
            ActionKind::CreateTimer { .. } => Some(Self::Timer),
            ActionKind::CreateDetached { .. } => Some(Self::Detached),
            ActionKind::Complete(_) | ActionKind::VersionNotAvailable => None,
        }
    }
}

impl Recorded {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Task { .. } => Kind::Task,
            Self::Child { .. } => Kind::Child,
            Self::Timer { .. } => Kind::Timer,
            Self::Detached { .. } => Kind::Detached,
        }
    }

    /// Whether `action` is what this event records. Inputs, times and task execution ids may differ between
    /// releases, and a rerun gives children other ids; see docs/protocol.md, "Divergence".
    pub(crate) fn records(&self, action: &ActionKind) -> bool {
        match (self, action) {
            (Self::Task { name, .. }, ActionKind::ScheduleTask { name: asked, .. }) => name == asked,
            (Self::Child { name, .. }, ActionKind::CreateChild { name: asked, .. }) => name == asked,
            (Self::Timer { origin, .. }, ActionKind::CreateTimer { origin: asked, .. }) => {
                origin.as_ref().is_none_or(|origin| is_same_purpose(origin, asked))
            }
            (Self::Detached { instance_id }, ActionKind::CreateDetached { instance_id: asked, .. }) => {
                instance_id == asked
            }
            _ => false,
        }
    }

    /// What this would be if the instance `id` had asked for it, where that makes a difference: a rerun replays the
    /// records of its source, whose detached workflows have default ids made of the source's.
    pub(crate) fn as_asked_by(&self, id: &str) -> Option<Self> {
        let Self::Detached { instance_id } = self else { return None };
        let (_, number) = instance_id.rsplit_once('-')?;
        Some(Self::Detached { instance_id: format!("{id}-{number}") })
    }

    /// Whether this is the timer of an event wait without end. See docs/protocol.md, "External events".
    pub(crate) fn is_endless_wait(&self) -> bool {
        let Self::Timer { fire_at, origin, .. } = self else { return false };
        // Sidecars before 1.18 drop the origin, and those before 1.16 the name: then the time alone has to tell.
        let may_be_wait =
            origin.as_ref().is_none_or(|origin| matches!(origin, TimerOrigin::ExternalEvent { .. }));
        may_be_wait && *fire_at == Timestamp::MAX
    }

    pub(crate) fn describe(&self, id: i32) -> String {
        let what = match self {
            Self::Task { name, .. } => format!("activity `{name}`"),
            Self::Child { name, instance_id } => describe_child(name, instance_id),
            Self::Timer { name, origin, .. } => describe_timer(name.as_deref(), origin.as_ref()),
            Self::Detached { instance_id } => format!("detached workflow `{instance_id}`"),
        };
        format!("{what} (id {id})")
    }
}

fn is_same_purpose(recorded: &TimerOrigin, asked: &TimerOrigin) -> bool {
    match (recorded, asked) {
        (TimerOrigin::ExternalEvent { name }, TimerOrigin::ExternalEvent { name: asked }) => {
            event_key(name) == event_key(asked)
        }
        (TimerOrigin::CreateTimer, TimerOrigin::CreateTimer)
        | (TimerOrigin::ActivityRetry { .. }, TimerOrigin::ActivityRetry { .. })
        | (TimerOrigin::ChildRetry { .. }, TimerOrigin::ChildRetry { .. }) => true,
        _ => false,
    }
}

/// Names of external events are compared in this form.
pub(crate) fn event_key(name: &str) -> String {
    name.to_uppercase()
}

/// `action` in words, with its id.
pub(crate) fn describe_action(action: &Action) -> String {
    let what = match &action.kind {
        ActionKind::ScheduleTask { name, .. } => format!("activity `{name}`"),
        ActionKind::CreateChild { name, instance_id, .. } => describe_child(name, instance_id),
        ActionKind::CreateTimer { name, origin, .. } => describe_timer(name.as_deref(), Some(origin)),
        ActionKind::CreateDetached { instance_id, .. } => format!("detached workflow `{instance_id}`"),
        ActionKind::Complete(_) => "the end of the workflow".into(),
        ActionKind::VersionNotAvailable => "no code for this version".into(),
    };
    format!("{what} (id {})", action.id)
}

fn describe_child(name: &str, instance_id: &str) -> String {
    match instance_id {
        "" => format!("child workflow `{name}`"),
        id => format!("child workflow `{name}` as instance `{id}`"),
    }
}

fn describe_timer(name: Option<&str>, origin: Option<&TimerOrigin>) -> String {
    match (origin, name) {
        (Some(TimerOrigin::ExternalEvent { name }), _) => format!("wait for the external event `{name}`"),
        (Some(TimerOrigin::ActivityRetry { .. } | TimerOrigin::ChildRetry { .. }), Some(name)) => {
            format!("retry timer `{name}`")
        }
        (Some(TimerOrigin::ActivityRetry { .. } | TimerOrigin::ChildRetry { .. }), None) => {
            "retry timer".into()
        }
        (_, Some(name)) => format!("timer `{name}`"),
        (_, None) => "timer".into(),
    }
}

/// The kind of work in words.
pub(crate) fn describe_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Task => "activity",
        Kind::Child => "child workflow",
        Kind::Timer => "timer",
        Kind::Detached => "detached workflow",
    }
}
