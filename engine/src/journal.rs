//! Everything an execution knows beside its code.

mod inbox;
mod ledger;
mod versions;

use alloc::{boxed::Box, format, rc::Rc, string::String, vec::Vec};
use core::cell::RefCell;

pub(crate) use self::{
    inbox::{Arrived, Inbox},
    ledger::{Arrival, Due, Ledger, Owner, Resolution},
    versions::Versions,
};
use crate::{
    action::{Action, ActionKind, Completion, CompletionStatus},
    answer::Problem,
    describe::Recorded,
    event::{Event, ExecutionStarted, Router, WorkflowVersion},
    failure::FailureDetails,
    ids::{self, Identity},
    leaf::Parking,
    op,
    settings::Settings,
    spec::Target,
    time::Timestamp,
};

/// What an execution, its context and its futures share.
///
/// User code runs only while nothing here is borrowed: bodies, retry predicates and destructors of futures may
/// all come back in.
#[derive(Default)]
pub(crate) struct Core {
    pub(crate) journal: RefCell<Journal>,
    pub(crate) parking: Parking,
}

impl Core {
    pub(crate) fn new(settings: Settings) -> Rc<Self> {
        let journal = Journal { settings, ..Journal::default() };
        Rc::new(Self { journal: RefCell::new(journal), parking: Parking::default() })
    }

    /// Hands over all results that have found their owner.
    pub(crate) fn deliver(&self) {
        loop {
            let due = self.journal.borrow_mut().ledger.take_due();
            let Some(due) = due else { return };
            op::deliver(self, due);
        }
    }
}

/// Everything an execution knows beside its code.
#[derive(Default)]
pub(crate) struct Journal {
    pub(crate) settings: Settings,
    pub(crate) ledger: Ledger,
    pub(crate) inbox: Inbox,
    pub(crate) versions: Versions,
    /// Without the input, which the code has.
    pub(crate) started: Option<Box<ExecutionStarted>>,
    pub(crate) app_id: Option<String>,
    pub(crate) now: Option<Timestamp>,
    pub(crate) is_replaying: bool,
    pub(crate) custom_status: Option<String>,
    pub(crate) renewal: Option<Renewal>,
    pub(crate) problem: Option<Problem>,
    /// Why the code failed without returning.
    pub(crate) failure: Option<FailureDetails>,
    detached_ids: u64,
    uuids: u64,
}

/// A request for a next generation.
#[derive(Debug)]
pub(crate) struct Renewal {
    pub(crate) input: Option<String>,
    pub(crate) events: BufferedEvents,
}

/// What becomes of external events that nobody has waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BufferedEvents {
    Keep,
    Drop,
}

impl Journal {
    /// A turn begins.
    pub(crate) fn begin_turn(&mut self, now: Timestamp, version: Option<WorkflowVersion>) {
        self.now = Some(now);
        if let Some(version) = version {
            self.versions.record(version);
        }
    }

    /// The execution begins.
    pub(crate) fn begin(&mut self, started: Box<ExecutionStarted>, router: Option<Router>) {
        self.started = Some(started);
        let app = router.map(|router| router.target_app.unwrap_or(router.source_app));
        self.app_id = app.filter(|app| !app.is_empty());
    }

    /// The turn ends with `problem`; the first one counts.
    pub(crate) fn stall(&mut self, problem: Problem) {
        self.problem.get_or_insert(problem);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now.unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub(crate) fn instance_id(&self) -> &str {
        self.identity().instance_id
    }

    pub(crate) fn identity(&self) -> Identity<'_> {
        identity(self.started.as_deref(), &self.settings)
    }

    /// Actions to send, ascending by id.
    pub(crate) fn unsent(&self) -> Vec<Action> {
        let mut actions: Vec<Action> = self.ledger.unsent().cloned().collect();
        for Action { id, kind, .. } in &mut actions {
            if let ActionKind::ScheduleTask { task_execution_id, .. } = kind
                && task_execution_id.is_empty()
            {
                // First attempts get theirs here: most actions of a replay are never sent, and hashing is costly.
                *task_execution_id = self.identity().task_execution_id(*id);
            }
        }
        actions
    }

    pub(crate) fn next_uuid(&mut self) -> ::uuid::Uuid {
        let uuid = ids::workflow_uuid(self.instance_id(), self.now(), self.uuids);
        self.uuids += 1;
        uuid
    }

    pub(crate) fn next_detached_id(&mut self) -> String {
        let id = format!("{}-{}", self.instance_id(), self.detached_ids);
        self.detached_ids += 1;
        id
    }

    /// Asks for work under the next id.
    pub(crate) fn schedule(&mut self, router: Option<Router>, kind: ActionKind, owner: Option<Owner>) {
        let max = self.settings.limits.actions_max;
        if self.ledger.pending_count() >= max || self.ledger.next_id() == i32::MAX {
            // Nothing is kept of it: code that schedules in an endless loop must not take all memory.
            return self.stall(Problem::LimitExceeded { what: "actions at once".into(), max });
        }
        if let ActionKind::ScheduleTask { input, .. }
        | ActionKind::CreateChild { input, .. }
        | ActionKind::CreateDetached { input, .. } = &kind
        {
            self.check_payload(input.as_deref());
        }
        let identity = identity(self.started.as_deref(), &self.settings);
        self.ledger.schedule(identity, router, kind, owner);
    }

    /// The execution comes to its end.
    pub(crate) fn complete(
        &mut self,
        status: CompletionStatus,
        result: Option<String>,
        failure: Option<FailureDetails>,
    ) {
        self.check_payload(result.as_deref());
        let end = Completion { status, result, failure, carryover: Vec::new() };
        let identity = identity(self.started.as_deref(), &self.settings);
        self.ledger.schedule(identity, None, ActionKind::Complete(end), None);
    }

    pub(crate) fn check_payload(&mut self, payload: Option<&str>) {
        let max = self.settings.limits.payload_bytes_max;
        if payload.is_some_and(|payload| payload.len() > max) {
            self.stall(Problem::LimitExceeded { what: "bytes in one payload".into(), max });
        }
    }

    /// A scheduling event of history.
    pub(crate) fn confirm(&mut self, id: i32, recorded: Recorded, router: Option<&Router>) {
        if self.app_id.is_none() {
            // The sidecar stamps what it records of our actions with our own app id.
            let own = router.filter(|router| !router.source_app.is_empty());
            self.app_id = own.map(|router| router.source_app.clone());
        }
        let twin = recorded.as_asked_by(self.instance_id());
        let identity = identity(self.started.as_deref(), &self.settings);
        if let Err(divergence) = self.ledger.confirm(identity, id, recorded, twin.as_ref()) {
            self.stall(Problem::Diverged(divergence));
        }
    }

    /// A result of history.
    pub(crate) fn resolve(&mut self, arrival: Arrival) {
        let identity = identity(self.started.as_deref(), &self.settings);
        self.ledger.resolve(identity, arrival);
    }

    /// An external event arrives.
    pub(crate) fn raise(&mut self, parking: &Parking, event: Event) {
        self.inbox.raise(parking, event);
        let max = self.settings.limits.buffered_events_max;
        if self.inbox.buffered_count() > max {
            self.stall(Problem::LimitExceeded { what: "external events that nobody waits for".into(), max });
        }
    }

    /// The route that `what` takes to `target`. See docs/protocol.md, "Routing".
    pub(crate) fn route(&mut self, what: &str, target: Option<Target>) -> Option<Router> {
        let target = target?;
        if target.app.is_empty() {
            let (what, reason) = (format!("the call of `{what}`"), "its target app has no id".into());
            self.stall(Problem::InvalidOption { what, reason });
        }
        Some(Router {
            source_app: self.app_id.clone().unwrap_or_default(),
            target_app: Some(target.app),
            target_namespace: target.namespace,
        })
    }

    /// Bytes of all payloads that are kept.
    pub(crate) fn payload_bytes(&self) -> usize {
        self.ledger.payload_bytes()
            + self.inbox.payload_bytes()
            + self.custom_status.as_ref().map_or(0, String::len)
    }
}

/// The instance id of the work item goes before that in history: a rerun copies the latter from its source.
fn identity<'a>(started: Option<&'a ExecutionStarted>, settings: &'a Settings) -> Identity<'a> {
    let source_id = started.map_or("", |started| started.instance_id.as_str());
    let instance_id = settings.instance_id.as_deref().unwrap_or(source_id);
    let execution_id = started.and_then(|started| started.execution_id.as_deref());
    Identity { instance_id, execution_id: execution_id.unwrap_or(""), source_id }
}
