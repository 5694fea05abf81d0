//! Work that a sidecar has begun, and how it ends.

use dacapo_engine::{Action, ActionKind, Event, EventKind, FailureDetails, TimerOrigin, Timestamp};

use super::sidecar::Sidecar;

/// The kinds of work that have results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Task,
    Child,
    Timer,
}

/// Work that was begun.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) kind: Kind,
    pub(super) id: i32,
    /// The execution that asked for it.
    pub(super) execution_id: String,
    /// Whether history has a record of it. Work of a turn that was not saved runs all the same.
    pub(super) is_recorded: bool,
    /// Whether its result was handed out.
    pub(super) is_done: bool,
    /// Where in the program it was asked for.
    site: String,
    task_execution_id: String,
    fire_at: Timestamp,
}

/// How work ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    Well,
    /// With one of a few types of errors.
    Badly(u8),
    /// Without details, as a terminated child does.
    Bare,
}

impl Work {
    pub(super) fn new(action: &Action, execution_id: &str, is_recorded: bool) -> Option<Self> {
        let site_of = |input: &Option<String>| {
            input.as_deref().and_then(|input| Some(input.split_once('|')?.0.to_owned()))
        };
        let mut work = Self {
            kind: Kind::Task,
            id: action.id,
            execution_id: execution_id.to_owned(),
            is_recorded,
            is_done: false,
            site: String::new(),
            task_execution_id: String::new(),
            fire_at: Timestamp::UNIX_EPOCH,
        };
        match &action.kind {
            ActionKind::ScheduleTask { input, task_execution_id, .. } => {
                work.site = site_of(input)?;
                work.task_execution_id.clone_from(task_execution_id);
            }
            ActionKind::CreateChild { input, .. } => (work.kind, work.site) = (Kind::Child, site_of(input)?),
            ActionKind::CreateTimer { fire_at, .. } => (work.kind, work.fire_at) = (Kind::Timer, *fire_at),
            _ => return None,
        }
        Some(work)
    }

    /// The same work, to be done once more.
    pub(super) fn again(&self) -> Self {
        Self { is_done: false, ..self.clone() }
    }

    pub(super) fn is_endless(&self) -> bool {
        self.kind == Kind::Timer && self.fire_at == Timestamp::MAX
    }

    /// The event that tells of its end.
    pub(super) fn finish(&self, sidecar: &mut Sidecar, ending: Ending) -> Event {
        if self.kind == Kind::Timer && !self.is_endless() {
            sidecar.pass(self.fire_at);
        }
        let is_sure = self.is_recorded && self.execution_id == sidecar.execution_id;
        let number = sidecar.number();
        let text = format!("{}:{}:{number}", if is_sure { "sure" } else { "unsure" }, self.site);
        let call_id = Some(self.task_execution_id.clone()).filter(|_| sidecar.era.has_call_ids);
        let kind = finished(self.kind, self.id, text, ending, call_id.unwrap_or_default());
        sidecar.event(-1, kind)
    }
}

/// The end of some work, as an event.
pub(super) fn finished(
    kind: Kind,
    scheduled_id: i32,
    text: String,
    ending: Ending,
    task_execution_id: String,
) -> EventKind {
    let details = match ending {
        Ending::Well => None,
        Ending::Badly(number) => {
            let error_type = ["Boom", "Fatal", "Picky", "Final"][usize::from(number % 4)];
            let details = FailureDetails::new(error_type, text.clone());
            Some(if number % 4 == 3 { details.non_retriable() } else { details })
        }
        Ending::Bare => None,
    };
    match (kind, ending) {
        (Kind::Timer, _) => EventKind::TimerFired { timer_id: scheduled_id, fire_at: Timestamp::UNIX_EPOCH },
        (Kind::Task, Ending::Well) => {
            EventKind::TaskCompleted { scheduled_id, result: Some(text), task_execution_id }
        }
        (Kind::Task, _) => EventKind::TaskFailed { scheduled_id, details, task_execution_id },
        (Kind::Child, Ending::Well) => EventKind::ChildCompleted { scheduled_id, result: Some(text) },
        (Kind::Child, _) => EventKind::ChildFailed { scheduled_id, details },
    }
}

/// Of which work the event is the result.
pub(super) fn result_of(event: &Event) -> Option<(Kind, i32)> {
    match event.kind {
        EventKind::TaskCompleted { scheduled_id, .. } | EventKind::TaskFailed { scheduled_id, .. } => {
            Some((Kind::Task, scheduled_id))
        }
        EventKind::ChildCompleted { scheduled_id, .. } | EventKind::ChildFailed { scheduled_id, .. } => {
            Some((Kind::Child, scheduled_id))
        }
        EventKind::TimerFired { timer_id, .. } => Some((Kind::Timer, timer_id)),
        _ => None,
    }
}

/// Which call the event says it is the result of.
pub(super) fn call_of(event: &Event) -> &str {
    match &event.kind {
        EventKind::TaskCompleted { task_execution_id, .. }
        | EventKind::TaskFailed { task_execution_id, .. } => task_execution_id,
        _ => "",
    }
}

/// Of which work the event is the record.
pub(super) fn schedules(event: &Event) -> Option<(Kind, i32)> {
    match event.kind {
        EventKind::TaskScheduled { .. } => Some((Kind::Task, event.id)),
        EventKind::ChildCreated { .. } => Some((Kind::Child, event.id)),
        EventKind::TimerCreated { .. } => Some((Kind::Timer, event.id)),
        _ => None,
    }
}

/// Whether this is the timer of a wait for an event without a timeout.
pub(super) fn is_endless_wait(kind: &ActionKind) -> bool {
    let ActionKind::CreateTimer { fire_at, origin, .. } = kind else { return false };
    matches!(origin, TimerOrigin::ExternalEvent { .. }) && *fire_at == Timestamp::MAX
}
