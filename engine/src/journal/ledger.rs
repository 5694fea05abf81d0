//! Work by id: what the code asked for, what history has confirmed, what is waited for, what came early.
//!
//! Everything matches by id and kind, never by position. See docs/protocol.md, "Ids and correlation",
//! "Divergence" and "Resolutions".

use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet, VecDeque},
    format,
    rc::Rc,
    string::String,
    vec::Vec,
};
use core::mem;

use crate::{
    action::{Action, ActionKind},
    answer::Divergence,
    describe::{Kind, Recorded, describe_action, describe_kind},
    event::{Router, TimerOrigin},
    failure::FailureDetails,
    ids::Identity,
    leaf::Leaf,
    op::{Call, Waiter},
    time::Timestamp,
};

/// Work by id.
#[derive(Default)]
pub(crate) struct Ledger {
    next_id: i32,
    /// Actions that history has not confirmed yet. Boxed, because a map makes room for eleven at once, and mostly
    /// there is one.
    pending: BTreeMap<i32, Box<Action>>,
    /// Who gets the result of which id.
    waiting: BTreeMap<i32, Owner>,
    /// Results that came before their work was scheduled, or before history says which call it is.
    early: BTreeMap<(i32, Kind), Vec<Arrival>>,
    /// Results that have found their owner and are to be handed over.
    due: VecDeque<Due>,
    confirmed: Marks,
    resolved: Marks,
    /// The work whose results were dropped since this was last asked for, because they are of other calls.
    foreign: Vec<i32>,
    /// Of `pending`, `waiting` and `early`.
    payload_bytes: usize,
}

/// Who gets a result.
#[derive(Clone)]
pub(crate) enum Owner {
    Activity(Rc<Call>),
    Child(Rc<Call>),
    /// The call goes on with its next attempt when the timer fires.
    Retry(Rc<Call>),
    Timer(Rc<Leaf<()>>),
    Event(Rc<Waiter>),
}

/// A result of work, as history has it.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) id: i32,
    pub(crate) kind: Kind,
    /// The task execution id, empty where history has none.
    pub(crate) call_id: String,
    pub(crate) resolution: Resolution,
}

/// How work ended.
#[derive(Debug)]
pub(crate) enum Resolution {
    Completed(Option<String>),
    Failed(Option<FailureDetails>),
    Fired,
}

/// Whether a result is that of the call which waits under its id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Belonging {
    Own,
    Foreign,
    /// The record will tell: another SDK may have given the call its id.
    Unknown,
}

/// A result and who gets it.
pub(crate) struct Due {
    pub(crate) owner: Owner,
    pub(crate) resolution: Resolution,
}

impl Owner {
    /// Nothing will come any more. A call lets go of its retry policy, which may own a future of that very call.
    pub(crate) fn let_go(self) {
        if let Self::Activity(call) | Self::Child(call) | Self::Retry(call) = self {
            call.end_retries();
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Activity(_) => Kind::Task,
            Self::Child(_) => Kind::Child,
            Self::Retry(_) | Self::Timer(_) | Self::Event(_) => Kind::Timer,
        }
    }

    fn is_awaited(&self) -> bool {
        match self {
            Self::Activity(call) | Self::Child(call) | Self::Retry(call) => call.is_awaited(),
            Self::Timer(leaf) => leaf.is_parked(),
            Self::Event(waiter) => waiter.leaf.is_parked(),
        }
    }

    fn is_endless_wait(&self) -> bool {
        matches!(self, Self::Event(waiter) if waiter.is_endless)
    }

    fn payload_bytes(&self) -> usize {
        match self {
            Self::Activity(call) | Self::Child(call) | Self::Retry(call) => call.payload_bytes,
            Self::Timer(_) | Self::Event(_) => 0,
        }
    }
}

impl Resolution {
    fn payload_bytes(&self) -> usize {
        match self {
            Self::Completed(result) => result.as_ref().map_or(0, String::len),
            Self::Failed(_) | Self::Fired => 0,
        }
    }
}

impl Ledger {
    pub(crate) fn next_id(&self) -> i32 {
        self.next_id
    }

    pub(crate) fn pending_count(&self) -> usize {
        self.pending.len()
    }

    /// How many entries of all sorts there are, about.
    pub(crate) fn entries(&self) -> usize {
        self.pending.len() + self.waiting.len() + self.early.len() + self.resolved.0.len() / 64
    }

    /// The ids of the work of this kind that is waited for, ascending.
    #[cfg(feature = "faults")]
    pub(crate) fn awaited(&self, kind: Kind) -> impl Iterator<Item = i32> {
        self.waiting.iter().filter(move |(_, owner)| owner.kind() == kind).map(|(id, _)| *id)
    }

    /// The ids of the work that the code waits for, ascending.
    pub(crate) fn awaited_ids(&self) -> impl Iterator<Item = i32> {
        self.waiting.iter().filter(|(_, owner)| owner.is_awaited()).map(|(id, _)| *id)
    }

    /// Bytes of all payloads that are kept.
    pub(crate) fn payload_bytes(&self) -> usize {
        self.payload_bytes
    }

    /// Whether the end of the execution is among the actions. Nothing is scheduled after it.
    pub(crate) fn is_complete(&self) -> bool {
        let last = self.pending.last_key_value();
        last.is_some_and(|(_, action)| matches!(action.kind, ActionKind::Complete(_)))
    }

    /// Asks for work under the next id; `owner` gets its result.
    pub(crate) fn schedule(
        &mut self,
        identity: Identity<'_>,
        router: Option<Router>,
        kind: ActionKind,
        owner: Option<Owner>,
    ) {
        let id = self.next_id;
        self.next_id = id.saturating_add(1);
        self.payload_bytes += kind.payload_bytes() + owner.as_ref().map_or(0, Owner::payload_bytes);
        self.pending.insert(id, Box::new(Action { id, router, kind }));
        if let Some(owner) = owner {
            self.waiting.insert(id, owner);
            self.match_early(identity, id);
        }
    }

    /// A scheduling event of history: the action it records is not to be sent again. It may be recorded as the `twin`
    /// that this instance would have asked for.
    pub(crate) fn confirm(
        &mut self,
        identity: Identity<'_>,
        id: i32,
        recorded: Recorded,
        twin: Option<&Recorded>,
    ) -> Result<(), Divergence> {
        while !recorded.is_endless_wait() && self.is_unconfirmed_endless_wait(id) {
            self.forget_endless_wait(identity, id);
        }
        let records = |action: &Action| {
            recorded.records(&action.kind) || twin.is_some_and(|twin| twin.records(&action.kind))
        };
        let current = match self.pending.get(&id) {
            Some(action) if records(action) => {
                self.payload_bytes -= action.kind.payload_bytes();
                self.pending.remove(&id);
                self.confirmed.set(id, recorded.kind());
                self.name_call(identity, id, recorded);
                return Ok(());
            }
            Some(action) => Some(describe_action(action)),
            // Old runtimes wrote some scheduling events twice.
            None if self.confirmed.has(id, recorded.kind()) => return Ok(()),
            None => self
                .confirmed
                .kind(id)
                .map(|kind| format!("the {} that history recorded before (id {id})", describe_kind(kind))),
        };
        Err(Divergence { id, recorded: recorded.describe(id), current })
    }

    /// A result of history. It goes to its owner, or waits for one; repeats and those of other calls are dropped.
    pub(crate) fn resolve(&mut self, identity: Identity<'_>, arrival: Arrival) {
        let Arrival { id, kind, .. } = arrival;
        let owner = self.waiting.get(&id).filter(|owner| owner.kind() == kind);
        match owner.map(|owner| self.belonging(identity, owner, &arrival)) {
            Some(Belonging::Own) if !self.is_unconfirmed_endless_wait(id) => self.hand_over(arrival),
            Some(Belonging::Foreign) => self.foreign.push(id),
            Some(Belonging::Own | Belonging::Unknown) => self.store_early(arrival),
            None if !self.resolved.has(id, kind) => self.store_early(arrival),
            None => {}
        }
    }

    pub(crate) fn take_due(&mut self) -> Option<Due> {
        self.due.pop_front()
    }

    /// Actions to send: all that history has not confirmed, ascending by id.
    ///
    /// Work whose result is known already is among them: the sidecar drops results of work that it has no record of,
    /// and code that went on from one could not be replayed.
    pub(crate) fn unsent(&self) -> impl Iterator<Item = &Action> {
        self.pending.values().map(|action| &**action)
    }

    /// Whether the result of an action is known already.
    pub(crate) fn has_result(&self, action: &Action) -> bool {
        Kind::of(&action.kind).is_some_and(|kind| self.resolved.has(action.id, kind))
    }

    /// Results that belong to no work the code has scheduled, in words.
    pub(crate) fn unmatched(&self) -> Vec<String> {
        let unmatched = self.early.keys().filter(|(id, kind)| !self.is_held(*id, *kind));
        unmatched.map(|(id, kind)| format!("{} (id {id})", describe_kind(*kind))).collect()
    }

    /// Results that were dropped since this was last asked for, or wait for a record, because they name another call
    /// than the code made; in words.
    pub(crate) fn take_foreign(&mut self) -> Vec<String> {
        let mut ids: BTreeSet<i32> = mem::take(&mut self.foreign).into_iter().collect();
        ids.extend(self.early.keys().filter(|(id, kind)| self.is_held(*id, *kind)).map(|(id, _)| *id));
        ids.into_iter().map(|id| format!("{} (id {id})", describe_kind(Kind::Task))).collect()
    }

    pub(crate) fn forget_foreign(&mut self) {
        self.foreign.clear();
    }

    fn is_held(&self, id: i32, kind: Kind) -> bool {
        kind == Kind::Task && self.waiting.get(&id).is_some_and(|owner| owner.kind() == kind)
    }

    /// Keeps the actions that `keep` chooses and forgets everything else; returns the owners to be let go.
    pub(crate) fn close(&mut self, keep: impl Fn(&ActionKind) -> bool) -> Vec<Owner> {
        self.pending.retain(|_, action| keep(&action.kind));
        self.early.clear();
        self.payload_bytes = self.pending.values().map(|action| action.kind.payload_bytes()).sum();
        let due = mem::take(&mut self.due).into_iter().map(|due| due.owner);
        mem::take(&mut self.waiting).into_values().chain(due).collect()
    }

    /// Of several results of one call the first counts.
    fn store_early(&mut self, arrival: Arrival) {
        let arrivals = self.early.entry((arrival.id, arrival.kind)).or_default();
        if arrivals.iter().all(|earlier| earlier.call_id != arrival.call_id) {
            self.payload_bytes += arrival.resolution.payload_bytes();
            arrivals.push(arrival);
        }
    }

    /// Hands over the result that came early for work that is scheduled or recorded now.
    fn match_early(&mut self, identity: Identity<'_>, id: i32) {
        if self.early.is_empty() {
            return;
        }
        let Some(owner) = self.waiting.get(&id) else { return };
        // An endless wait ends by its event only; an early firing belongs to the timer of an older history.
        if owner.is_endless_wait() {
            return;
        }
        let Some(arrivals) = self.early.get(&(id, owner.kind())) else { return };
        let is_kept = |arrival: &&Arrival| self.belonging(identity, owner, arrival) != Belonging::Foreign;
        let is_own = |arrival: &Arrival| self.belonging(identity, owner, arrival) == Belonging::Own;
        let own = arrivals.iter().position(is_own);
        if own.is_some() || arrivals.iter().filter(is_kept).count() == 0 {
            let kind = owner.kind();
            self.decide_early(id, kind, own);
        }
    }

    /// Of the results that came early for this work `own` is its own, if there is one; the others are dropped.
    fn decide_early(&mut self, id: i32, kind: Kind, own: Option<usize>) {
        let mut arrivals = self.take_early(id, kind);
        let own = own.map(|own| arrivals.remove(own));
        self.foreign.extend(arrivals.iter().map(|arrival| arrival.id));
        if let Some(own) = own {
            self.hand_over(own);
        }
    }

    fn take_early(&mut self, id: i32, kind: Kind) -> Vec<Arrival> {
        let arrivals = self.early.remove(&(id, kind)).unwrap_or_default();
        self.payload_bytes -=
            arrivals.iter().map(|arrival| arrival.resolution.payload_bytes()).sum::<usize>();
        arrivals
    }

    /// Whether `arrival` is a result of the call that `owner` made. See docs/protocol.md, "Resolutions".
    fn belonging(&self, identity: Identity<'_>, owner: &Owner, arrival: &Arrival) -> Belonging {
        let Owner::Activity(call) = owner else { return Belonging::Own };
        if arrival.call_id.is_empty() {
            return Belonging::Own;
        }
        match self.pending.get(&arrival.id).map(|action| &action.kind) {
            Some(ActionKind::ScheduleTask { task_execution_id, .. }) => {
                let is_own = match task_execution_id.as_str() {
                    "" => identity.is_task_execution_id(arrival.id, &arrival.call_id),
                    own => own == arrival.call_id,
                };
                if is_own { Belonging::Own } else { Belonging::Unknown }
            }
            _ if call.may_be_named(&arrival.call_id) => Belonging::Own,
            _ => Belonging::Foreign,
        }
    }

    /// History says which call the record is of.
    fn name_call(&mut self, identity: Identity<'_>, id: i32, recorded: Recorded) {
        let Recorded::Task { task_execution_id, .. } = recorded else { return };
        if let Some(Owner::Activity(call)) = self.waiting.get(&id) {
            call.name(task_execution_id);
            self.match_early(identity, id);
        }
    }

    fn hand_over(&mut self, arrival: Arrival) {
        let Arrival { id, call_id, resolution, .. } = arrival;
        let Some(owner) = self.waiting.remove(&id) else { return };
        if let Owner::Activity(call) = &owner {
            call.name(call_id);
        }
        let others = self.take_early(id, owner.kind());
        self.foreign.extend(others.iter().map(|arrival| arrival.id));
        self.payload_bytes -= owner.payload_bytes();
        self.resolved.set(id, owner.kind());
        self.due.push_back(Due { owner, resolution });
    }

    fn is_unconfirmed_endless_wait(&self, id: i32) -> bool {
        self.pending.get(&id).is_some_and(|action| match &action.kind {
            ActionKind::CreateTimer { fire_at, origin: TimerOrigin::ExternalEvent { .. }, .. } => {
                *fire_at == Timestamp::MAX
            }
            _ => false,
        })
    }

    /// Histories of SDKs that set no timer for a wait without end have the ids after it one lower.
    /// See docs/protocol.md, "External events".
    fn forget_endless_wait(&mut self, identity: Identity<'_>, id: i32) {
        self.pending.remove(&id);
        self.waiting.remove(&id);
        self.next_id -= 1;
        for (from, mut action) in self.pending.split_off(&id) {
            action.id = from - 1;
            self.pending.insert(from - 1, action);
        }
        for (from, owner) in self.waiting.split_off(&id) {
            if let Owner::Activity(call) | Owner::Child(call) = &owner {
                call.renumber(from, from - 1);
            }
            self.waiting.insert(from - 1, owner);
        }
        let moved: Vec<i32> = self.waiting.range(id..).map(|(id, _)| *id).collect();
        for id in moved {
            self.match_early(identity, id);
        }
    }
}

/// A set of (id, kind), one byte an id: ids are dense.
#[derive(Default)]
struct Marks(Vec<u8>);

impl Marks {
    fn set(&mut self, id: i32, kind: Kind) {
        let Ok(index) = usize::try_from(id) else { return };
        if self.0.len() <= index {
            self.0.resize(index + 1, 0);
        }
        self.0[index] |= bit(kind);
    }

    fn has(&self, id: i32, kind: Kind) -> bool {
        self.at(id) & bit(kind) != 0
    }

    fn kind(&self, id: i32) -> Option<Kind> {
        [Kind::Task, Kind::Child, Kind::Timer, Kind::Detached].into_iter().find(|kind| self.has(id, *kind))
    }

    fn at(&self, id: i32) -> u8 {
        usize::try_from(id).ok().and_then(|index| self.0.get(index)).copied().unwrap_or(0)
    }
}

fn bit(kind: Kind) -> u8 {
    1 << kind as u8
}
