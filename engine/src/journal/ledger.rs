//! Work by id: what the code asked for, what history has confirmed, what is waited for, what came early.
//!
//! Everything matches by id and kind, never by position. See docs/protocol.md, "Ids and correlation",
//! "Divergence" and "Resolutions".

use alloc::{
    boxed::Box,
    collections::{BTreeMap, VecDeque, btree_map::Entry},
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
    /// Results that came before their work was scheduled.
    early: BTreeMap<(i32, Kind), Resolution>,
    /// Results that have found their owner and are to be handed over.
    due: VecDeque<Due>,
    confirmed: Marks,
    resolved: Marks,
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

/// A result of work.
#[derive(Clone, Debug)]
pub(crate) enum Resolution {
    Completed(Option<String>),
    Failed { details: Option<FailureDetails>, task_execution_id: String },
    Fired,
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
            Self::Failed { .. } | Self::Fired => 0,
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
    pub(crate) fn schedule(&mut self, router: Option<Router>, kind: ActionKind, owner: Option<Owner>) {
        let id = self.next_id;
        self.next_id = id.saturating_add(1);
        self.payload_bytes += kind.payload_bytes() + owner.as_ref().map_or(0, Owner::payload_bytes);
        self.pending.insert(id, Box::new(Action { id, router, kind }));
        if let Some(owner) = owner {
            self.waiting.insert(id, owner);
            self.match_early(id);
        }
    }

    /// A scheduling event of history: the action it records is not to be sent again. It may be recorded as the `twin`
    /// that this instance would have asked for.
    pub(crate) fn confirm(
        &mut self,
        id: i32,
        recorded: &Recorded,
        twin: Option<&Recorded>,
    ) -> Result<(), Divergence> {
        while !recorded.is_endless_wait() && self.is_unconfirmed_endless_wait(id) {
            self.forget_endless_wait(id);
        }
        let records = |action: &Action| {
            recorded.records(&action.kind) || twin.is_some_and(|twin| twin.records(&action.kind))
        };
        let current = match self.pending.get(&id) {
            Some(action) if records(action) => {
                self.payload_bytes -= action.kind.payload_bytes();
                self.pending.remove(&id);
                self.confirmed.set(id, recorded.kind());
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

    /// A result of history. It goes to its owner, or waits for one; repeats are dropped.
    pub(crate) fn resolve(&mut self, id: i32, kind: Kind, resolution: Resolution) {
        let is_for_owner = self.waiting.get(&id).is_some_and(|owner| owner.kind() == kind);
        if is_for_owner && !self.is_unconfirmed_endless_wait(id) {
            self.hand_over(id, resolution);
        } else if is_for_owner || !self.resolved.has(id, kind) {
            self.store_early(id, kind, resolution);
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
        self.early.keys().map(|(id, kind)| format!("{} (id {id})", describe_kind(*kind))).collect()
    }

    /// Keeps the actions that `keep` chooses and forgets everything else; returns the owners to be let go.
    pub(crate) fn close(&mut self, keep: impl Fn(&ActionKind) -> bool) -> Vec<Owner> {
        self.pending.retain(|_, action| keep(&action.kind));
        self.early.clear();
        self.payload_bytes = self.pending.values().map(|action| action.kind.payload_bytes()).sum();
        let due = mem::take(&mut self.due).into_iter().map(|due| due.owner);
        mem::take(&mut self.waiting).into_values().chain(due).collect()
    }

    fn store_early(&mut self, id: i32, kind: Kind, resolution: Resolution) {
        if let Entry::Vacant(place) = self.early.entry((id, kind)) {
            self.payload_bytes += resolution.payload_bytes();
            place.insert(resolution);
        }
    }

    fn match_early(&mut self, id: i32) {
        let Some(owner) = self.waiting.get(&id) else { return };
        // An endless wait ends by its event only; an early firing belongs to the timer of an older history.
        if owner.is_endless_wait() {
            return;
        }
        if let Some(resolution) = self.early.remove(&(id, owner.kind())) {
            self.payload_bytes -= resolution.payload_bytes();
            self.hand_over(id, resolution);
        }
    }

    fn hand_over(&mut self, id: i32, resolution: Resolution) {
        let Some(owner) = self.waiting.remove(&id) else { return };
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
    fn forget_endless_wait(&mut self, id: i32) {
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
            self.match_early(id);
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
