//! A model of a sidecar with one instance: what it stores, and what becomes of the answer to a turn.
//!
//! It follows docs/protocol.md, "Sidecar: turns" and the sections after it, in the variants that releases of Dapr have
//! had. Where the protocol leaves room, it is as nasty as it may be.

use std::collections::BTreeSet;

use bytes::Bytes;
use dacapo_engine::{
    Action, ActionKind, Answer, Completion, CompletionStatus, Event, EventKind, ExecutionStarted, Router,
    WorkflowVersion,
};
use dacapo_proto::encode;

use super::era::{Era, Filter, Rewriting};
use super::interpreter::EPOCH;
use super::work::{Kind, Work, call_of, is_endless_wait, result_of, schedules};

/// What a sidecar knows of an instance.
#[derive(Clone, Debug)]
pub(super) struct Sidecar {
    pub(super) era: Era,
    pub(super) instance_id: String,
    pub(super) execution_id: String,
    /// The committed events of this execution.
    pub(super) history: Vec<Event>,
    pub(super) bytes: Vec<Bytes>,
    pub(super) inbox: Vec<Event>,
    /// Everything that was ever asked for, in order.
    pub(super) works: Vec<Work>,
    /// How the instance has ended.
    pub(super) end: Option<CompletionStatus>,
    pub(super) is_suspended: bool,
    /// The committed turns of this execution.
    turns: Vec<Committed>,
    /// What was saved, while a later generation runs that is not.
    saved: Option<Saved>,
    millis: u64,
    serial: u64,
}

/// An execution that has ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) instance_id: String,
    pub(super) history: Vec<Event>,
    pub(super) turns: Vec<Committed>,
    pub(super) has_optional_timers: bool,
}

/// A turn that was committed.
#[derive(Clone, Debug)]
pub(super) struct Committed {
    /// How many events were committed before.
    pub(super) past: usize,
    /// Its new events, as they were committed.
    pub(super) new: Vec<Event>,
    pub(super) answer: Answer,
    pub(super) is_patched: bool,
    /// Whether it is the last one, by a termination that took away what would have recorded the work of a result. The
    /// result is not saved then, and what the code made of it cannot be replayed; it is of no consequence any more.
    pub(super) is_cut_off: bool,
}

#[derive(Clone, Debug)]
struct Saved {
    before: Box<Sidecar>,
    /// How much of the inbox was there when the unsaved generation began.
    inbox: usize,
}

/// A turn as it is handed out.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    /// How many events of the inbox it takes.
    pub(super) taken: usize,
    pub(super) new: Vec<Event>,
}

impl Sidecar {
    pub(super) fn new(era: Era) -> Self {
        let mut sidecar = Self {
            era,
            instance_id: "order-1".to_owned(),
            execution_id: String::new(),
            history: Vec::new(),
            bytes: Vec::new(),
            inbox: Vec::new(),
            works: Vec::new(),
            end: None,
            is_suspended: false,
            turns: Vec::new(),
            saved: None,
            millis: 0,
            serial: 0,
        };
        sidecar.begin(Some("0".to_owned()), Vec::new());
        sidecar
    }

    /// A new execution begins.
    pub(super) fn begin(&mut self, input: Option<String>, carried: Vec<Event>) {
        self.serial += 1;
        self.execution_id = format!("execution-{}", self.serial);
        let started = ExecutionStarted {
            name: "program".to_owned(),
            input,
            instance_id: self.instance_id.clone(),
            execution_id: Some(self.execution_id.clone()),
            ..ExecutionStarted::default()
        };
        let started = self.event(-1, EventKind::ExecutionStarted(started.into()));
        self.inbox = vec![started];
        self.inbox.extend(carried);
        (self.history, self.bytes, self.turns) = Default::default();
        (self.end, self.is_suspended, self.saved) = Default::default();
    }

    /// An event that happens now.
    pub(super) fn event(&mut self, id: i32, kind: EventKind) -> Event {
        self.millis += 1;
        let router =
            self.era.has_routers.then(|| Router { source_app: "mine".to_owned(), ..Router::default() });
        Event { id, timestamp: self.now(), router, kind }
    }

    fn now(&self) -> dacapo_engine::Timestamp {
        EPOCH.saturating_add(std::time::Duration::from_millis(self.millis))
    }

    /// A number that was not used before.
    pub(super) fn number(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Time passes until then.
    pub(super) fn pass(&mut self, until: dacapo_engine::Timestamp) {
        let left = until.duration_since(self.now()).unwrap_or_default();
        self.millis += u64::try_from(left.as_millis()).unwrap_or(0);
    }

    /// The turn that takes the first `at_most` events of the inbox.
    pub(super) fn offer(&mut self, at_most: usize) -> Offer {
        let taken = self.inbox.len().min(at_most.max(1));
        let mut new = vec![self.event(-1, EventKind::WorkflowStarted { version: None })];
        let named = |event: &Event| Some((result_of(event)?, call_of(event).to_owned()));
        let mut seen: BTreeSet<_> = self.history.iter().filter_map(named).collect();
        for event in &self.inbox[..taken] {
            let is_repeat = named(event).is_some_and(|result| !seen.insert(result));
            if !(is_repeat && self.era.drops_repeats) {
                new.push(event.clone());
            }
        }
        Offer { taken, new }
    }

    /// The answer to a turn is saved. Returns the execution, if that has ended with it.
    ///
    /// # Errors
    /// When there is something wrong with the answer.
    pub(super) fn commit(
        &mut self,
        offer: Offer,
        answer: &Answer,
        is_patched: bool,
    ) -> Result<Option<Finished>, String> {
        self.check(&offer, answer)?;
        let before = self.clone_if(end_of(answer).is_some());
        self.inbox.drain(..offer.taken);
        let records = self.dispatch(answer, true);
        let delivered = offer.new.len();
        let mut new = self.filter(offer.new, &records);
        self.note_suspensions(&new);
        self.turns.push(Committed {
            past: self.history.len(),
            new: new.clone(),
            answer: answer.clone(),
            is_patched,
            is_cut_off: new.len() < delivered && new.iter().any(is_termination),
        });
        if let EventKind::WorkflowStarted { version } = &mut new[0].kind {
            *version = self.news(answer);
        }
        self.append(new);
        self.append(records);
        Ok(self.conclude(answer, before))
    }

    pub(super) fn note_suspensions(&mut self, events: &[Event]) {
        for event in events {
            match event.kind {
                EventKind::ExecutionSuspended => self.is_suspended = true,
                EventKind::ExecutionResumed => self.is_suspended = false,
                _ => {}
            }
        }
    }

    fn clone_if(&self, is_needed: bool) -> Option<Box<Self>> {
        is_needed.then(|| Box::new(self.clone()))
    }

    /// The answer was given and the turn fails all the same, maybe after its work was begun.
    pub(super) fn lose(&mut self, answer: &Answer, is_begun: bool) {
        if let Some(saved) = self.saved.take() {
            return self.go_back(saved);
        }
        if is_begun {
            self.dispatch(answer, false);
        }
    }

    fn check(&self, offer: &Offer, answer: &Answer) -> Result<(), String> {
        let ids: Vec<i32> = answer.actions.iter().map(|action| action.id).collect();
        if !ids.is_sorted_by(|a, b| a < b) {
            return Err(format!("ids are not ascending: {ids:?}"));
        }
        if let Some(again) =
            self.history.iter().find(|event| schedules(event).is_some() && ids.contains(&event.id))
        {
            return Err(format!("{again:?} is recorded and asked for again"));
        }
        let is_terminated =
            offer.new.iter().any(|event| matches!(event.kind, EventKind::ExecutionTerminated { .. }));
        let end = end_of(answer).map(|end| end.status);
        if is_terminated && !end.is_some_and(|status| status != CompletionStatus::ContinuedAsNew) {
            return Err(format!("terminated, it ends with {end:?}"));
        }
        let reported = answer.version.as_ref().map_or(&[][..], |version| &version.patches);
        if !reported.starts_with(&self.patches()) {
            return Err(format!("patches {:?} are recorded, {reported:?} reported", self.patches()));
        }
        Ok(())
    }

    fn patches(&self) -> Vec<String> {
        let versions = self.history.iter().filter_map(|event| match &event.kind {
            EventKind::WorkflowStarted { version: Some(version) } => Some(version.patches.clone()),
            _ => None,
        });
        versions.flatten().collect()
    }

    /// What the answer says of versions that history does not.
    fn news(&self, answer: &Answer) -> Option<WorkflowVersion> {
        let WorkflowVersion { patches, name } = answer.version.clone()?;
        let patches = patches[self.patches().len()..].to_vec();
        (!patches.is_empty() || name.is_some()).then_some(WorkflowVersion { patches, name })
    }

    /// Begins what the answer asks for; returns its records.
    pub(super) fn dispatch(&mut self, answer: &Answer, is_recorded: bool) -> Vec<Event> {
        let mut records = Vec::new();
        let mut missing = 0;
        for action in &answer.actions {
            let mut action = action.clone();
            if !self.era.has_optional_timers && is_endless_wait(&action.kind) {
                missing += 1;
                continue;
            }
            action.id -= missing;
            if !self.era.has_optional_timers {
                self.name_as_other_sdks(&mut action);
            }
            let work = Work::new(&action, &self.execution_id, is_recorded);
            self.works.extend(work);
            records.extend(self.record(action));
        }
        records
    }

    /// Other SDKs draw the ids of calls.
    fn name_as_other_sdks(&mut self, action: &mut Action) {
        let number = self.number();
        if let ActionKind::ScheduleTask { task_execution_id, .. } = &mut action.kind
            && !task_execution_id.starts_with("drawn-")
        {
            *task_execution_id = format!("drawn-{number}");
        }
    }

    fn record(&mut self, action: Action) -> Option<Event> {
        let era = self.era;
        let kind = match action.kind {
            ActionKind::ScheduleTask { name, task_execution_id, .. } => {
                let task_execution_id =
                    Some(task_execution_id).filter(|_| era.has_call_ids).unwrap_or_default();
                EventKind::TaskScheduled { name, task_execution_id }
            }
            ActionKind::CreateChild { instance_id, name, .. } => {
                let default_id = || format!("{}:{:04x}", self.instance_id, action.id);
                let given = Some(instance_id).filter(|id| !id.is_empty());
                EventKind::ChildCreated { name, instance_id: given.unwrap_or_else(default_id) }
            }
            ActionKind::CreateTimer { fire_at, name, origin } => EventKind::TimerCreated {
                fire_at,
                name: name.filter(|_| era.has_timer_names),
                origin: Some(origin).filter(|_| era.has_timer_origins),
            },
            ActionKind::CreateDetached { instance_id, .. } => EventKind::DetachedCreated { instance_id },
            ActionKind::Complete(_) => EventKind::ExecutionCompleted,
            ActionKind::VersionNotAvailable => return None,
        };
        let mut event = self.event(action.id, kind);
        if let (Some(router), Some(asked)) = (&mut event.router, action.router) {
            router.target_app = asked.target_app;
        }
        Some(event)
    }

    /// What of the new events is saved: results of what is recorded nowhere may be dropped.
    fn filter(&self, mut new: Vec<Event>, records: &[Event]) -> Vec<Event> {
        let recorded: BTreeSet<_> = self.history.iter().chain(records).filter_map(schedules).collect();
        new.retain(|event| match (self.era.filter, result_of(event)) {
            (Filter::Nothing, _) | (_, None) | (Filter::Results, Some((Kind::Timer, _))) => true,
            (_, Some(result)) => recorded.contains(&result),
        });
        new
    }

    pub(super) fn append(&mut self, events: Vec<Event>) {
        for event in events {
            let mut bytes = encode::event_bytes(&event);
            if self.era.rewriting != Rewriting::Never {
                // A field that nobody knows.
                bytes.extend(b"\xc0\x3e\x01");
            }
            self.bytes.push(bytes.into());
            self.history.push(event);
        }
    }

    fn conclude(&mut self, answer: &Answer, before: Option<Box<Self>>) -> Option<Finished> {
        let was_unsaved = self.saved.take();
        let end = end_of(answer)?;
        let finished = Finished {
            instance_id: self.instance_id.clone(),
            history: self.history.clone(),
            turns: std::mem::take(&mut self.turns),
            has_optional_timers: self.era.has_optional_timers,
        };
        self.end = Some(end.status);
        if end.status == CompletionStatus::ContinuedAsNew {
            let rest = std::mem::take(&mut self.inbox);
            self.begin(end.result.clone(), end.carryover.clone());
            self.inbox.extend(rest.into_iter().filter(|event| result_of(event).is_none()));
            let now = before.map(|before| Saved { before, inbox: self.inbox.len() });
            self.saved = was_unsaved.or(now).filter(|_| !self.era.saves_generations);
        }
        Some(finished)
    }

    /// The generations that were not saved never were. What arrived meanwhile did, but for results, which come again.
    fn go_back(&mut self, saved: Saved) {
        let arrived: Vec<_> = self.inbox.split_off(saved.inbox.min(self.inbox.len()));
        let (millis, serial) = (self.millis, self.serial);
        *self = *saved.before;
        (self.millis, self.serial) = (millis, serial);
        self.inbox.extend(arrived.into_iter().filter(|event| result_of(event).is_none()));
    }
}

/// How the execution ends with this answer, if it does.
pub(super) fn end_of(answer: &Answer) -> Option<&Completion> {
    answer.actions.iter().find_map(|action| match &action.kind {
        ActionKind::Complete(end) => Some(end),
        _ => None,
    })
}

fn is_termination(event: &Event) -> bool {
    matches!(event.kind, EventKind::ExecutionTerminated { .. })
}
