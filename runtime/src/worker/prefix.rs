//! Whether a turn goes on exactly where a suspended execution stopped.
//!
//! An execution that was kept has seen committed events, and after them the new events of its last turn, of which it
//! cannot know whether they were committed as it saw them: a sidecar may have lost the answer, dropped a result, or let
//! another worker run the turn. So it is used only when the committed events that come with the next turn are the same,
//! followed by its last turn's new events, with the patches and version that it reported, and by the records of exactly
//! the actions that it answered with.

use std::hash::Hash;

use bytes::Bytes;
use dacapo_engine::{Action, ActionKind, Event, EventKind, WorkflowVersion};
use dacapo_proto::{WorkflowTurn, decode};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// How many events there were, and the hash of all of them in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Digest {
    events: usize,
    hash: u128,
}

impl Digest {
    pub(super) fn push(&mut self, event: &[u8]) {
        let mut link = [0; 32];
        link[..16].copy_from_slice(&self.hash.to_le_bytes());
        link[16..].copy_from_slice(&xxh3_128(event).to_le_bytes());
        self.hash = xxh3_128(&link);
        self.events += 1;
    }

    fn of(events: &[Bytes]) -> Self {
        let mut digest = Self::default();
        events.iter().for_each(|event| digest.push(event));
        digest
    }

    /// The digest of what events say: a sidecar may have written them in other bytes meanwhile.
    pub(super) fn of_decoded<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let (mut count, mut hasher) = (0, Xxh3::new());
        for event in events {
            hash_without_version(event, &mut hasher);
            count += 1;
        }
        Self { events: count, hash: hasher.digest128() }
    }
}

/// The sidecar writes the version that a turn reports into the event that began the turn.
fn hash_without_version(event: &Event, hasher: &mut Xxh3) {
    let Event { id, timestamp, router, kind } = event;
    (id, timestamp, router).hash(hasher);
    match kind {
        EventKind::WorkflowStarted { .. } => EventKind::WorkflowStarted { version: None }.hash(hasher),
        kind => kind.hash(hasher),
    }
}

/// What an execution has seen, and what must follow.
#[derive(Debug)]
pub(super) struct Seen {
    /// The execution, when the sidecar tells.
    pub(super) execution_id: Option<String>,
    /// The stream on which its last turn came.
    pub(super) session: u64,
    /// The committed events before its last turn.
    pub(super) past: Digest,
    /// The new events of its last turn.
    pub(super) turn: Digest,
    /// The actions of its last turn's answer, ascending.
    pub(super) actions: Vec<i32>,
    /// What its last turn's answer said of versions; boxed, because most workflows have neither patches nor versions.
    pub(super) reported: Option<Box<Reported>>,
}

/// What the answer to a turn said of versions.
#[derive(Debug)]
pub(super) struct Reported {
    all: WorkflowVersion,
    /// What history did not say before.
    new: WorkflowVersion,
}

impl Reported {
    /// `version` is in the answer, `recorded` was in history before.
    pub(super) fn new(version: Option<&WorkflowVersion>, recorded: &WorkflowVersion) -> Option<Box<Self>> {
        let all = version?.clone();
        let mut new = all.clone();
        new.patches.retain(|patch| !recorded.patches.contains(patch));
        new.name.take_if(|name| recorded.name.as_ref() == Some(name));
        Some(Box::new(Self { all, new }))
    }

    /// What history says from then on.
    pub(super) fn recorded(self) -> WorkflowVersion {
        self.all
    }

    /// Whether the sidecar wrote what was new into the event that began the turn, and nothing else anywhere. One before
    /// 1.17 writes nothing, and a replay then decides otherwise.
    fn is_recorded_in(&self, turn: &[Event]) -> bool {
        let nothing = WorkflowVersion::default();
        let begin = turn.first().and_then(version_of).unwrap_or(&nothing);
        let has_new = self.new.patches.iter().all(|patch| begin.patches.contains(patch))
            && (self.new.name.is_none() || self.new.name == begin.name);
        let is_reported = |version: &WorkflowVersion| {
            (version.name.is_none() || version.name == self.all.name)
                && version.patches.iter().all(|patch| self.all.patches.contains(patch))
        };
        has_new && turn.iter().filter_map(version_of).all(is_reported)
    }
}

fn version_of(event: &Event) -> Option<&WorkflowVersion> {
    match &event.kind {
        EventKind::WorkflowStarted { version } => version.as_ref(),
        _ => None,
    }
}

/// What a turn brings that the execution has not seen.
#[derive(Debug)]
pub(super) struct Unseen {
    /// The records of its own actions.
    pub(super) records: Vec<Event>,
    /// All committed events of the turn.
    pub(super) past: Digest,
}

impl Seen {
    /// What of the committed events is unseen; `None` unless everything before provably is what was seen.
    pub(super) fn unseen(&self, turn: &WorkflowTurn, session: u64) -> Option<Unseen> {
        #[cfg(test)]
        if super::equivalence::faults::is_on(super::equivalence::faults::Fault::ReuseAnyPrefix) {
            return self.unseen_by_count(turn);
        }
        if let (Some(mine), Some(theirs)) = (&self.execution_id, &turn.execution_id)
            && mine != theirs
        {
            return None;
        }
        let rest = match turn.cached_history {
            None => self.after_prefix(&turn.past)?,
            Some(events) => self.after_omitted(turn, events, session)?,
        };
        let (last_turn, recorded) = rest.split_at_checked(self.turn.events)?;
        let last_turn =
            last_turn.iter().map(|bytes| decode::event_bytes(bytes).ok()).collect::<Option<Vec<_>>>()?;
        if Digest::of_decoded(&last_turn) != self.turn || !self.is_version_recorded_in(&last_turn) {
            return None;
        }
        let records = self.records(recorded)?;
        let mut past = self.past;
        rest.iter().for_each(|event| past.push(event));
        Some(Unseen { records, past })
    }

    fn after_prefix<'a>(&self, past: &'a [Bytes]) -> Option<&'a [Bytes]> {
        let (prefix, rest) = past.split_at_checked(self.past.events)?;
        (rest.len() >= self.turn.events && Digest::of(prefix) == self.past).then_some(rest)
    }

    /// The sidecar left out what it believes this worker keeps. It means what it sent on this stream, of this execution.
    fn after_omitted<'a>(&self, turn: &'a WorkflowTurn, events: i32, session: u64) -> Option<&'a [Bytes]> {
        let same_execution = self.execution_id.is_some() && self.execution_id == turn.execution_id;
        let same_length = usize::try_from(events) == Ok(self.past.events);
        (same_execution && same_length && session == self.session).then_some(&turn.past)
    }

    fn is_version_recorded_in(&self, last_turn: &[Event]) -> bool {
        match &self.reported {
            Some(reported) => reported.is_recorded_in(last_turn),
            None => last_turn.iter().all(|event| version_of(event).is_none()),
        }
    }

    /// What is unseen by whoever only counts.
    #[cfg(test)]
    fn unseen_by_count(&self, turn: &WorkflowTurn) -> Option<Unseen> {
        let recorded = turn.past.get(self.past.events + self.turn.events..)?;
        Some(Unseen { records: self.records(recorded)?, past: Digest::of(&turn.past) })
    }

    /// The records of the answered actions, each once and nothing else.
    fn records(&self, recorded: &[Bytes]) -> Option<Vec<Event>> {
        if recorded.len() != self.actions.len() {
            return None;
        }
        let records =
            recorded.iter().map(|bytes| decode::event_bytes(bytes).ok()).collect::<Option<Vec<_>>>()?;
        let mut ids = records
            .iter()
            .map(|event| records_an_action(event).then_some(event.id))
            .collect::<Option<Vec<_>>>()?;
        ids.sort_unstable();
        (ids == self.actions).then_some(records)
    }
}

fn records_an_action(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::TaskScheduled { .. }
            | EventKind::ChildCreated { .. }
            | EventKind::TimerCreated { .. }
            | EventKind::DetachedCreated { .. }
    )
}

/// The ids of the actions that history must record; `None` when the execution ends with them.
pub(super) fn recorded_actions(actions: &[Action]) -> Option<Vec<i32>> {
    let mut ids = Vec::with_capacity(actions.len());
    for action in actions {
        match action.kind {
            ActionKind::Complete(_) | ActionKind::VersionNotAvailable => return None,
            _ => ids.push(action.id),
        }
    }
    ids.sort_unstable();
    Some(ids)
}

#[cfg(test)]
mod tests {
    use dacapo_engine::{ExecutionStarted, Timestamp, WorkflowVersion};
    use dacapo_proto::encode;

    use super::*;

    fn event(id: i32, kind: EventKind) -> Event {
        Event { id, timestamp: Timestamp::new(7, 0), router: None, kind }
    }

    fn started() -> Event {
        event(-1, EventKind::WorkflowStarted { version: None })
    }

    fn raised(name: &str) -> Event {
        event(-1, EventKind::EventRaised { name: name.to_owned(), input: None })
    }

    fn scheduled(id: i32) -> Event {
        event(id, EventKind::TaskScheduled { name: "pay".into(), task_execution_id: String::new() })
    }

    fn bytes(events: &[Event]) -> Vec<Bytes> {
        events.iter().map(|event| encode::event_bytes(event).into()).collect()
    }

    /// An execution that saw one committed event, then a turn with two new ones, and answered with actions 0 and 1.
    fn seen() -> Seen {
        Seen {
            execution_id: Some("e".into()),
            session: 3,
            past: Digest::of(&bytes(&[raised("first")])),
            turn: Digest::of_decoded(&[started(), raised("second")]),
            actions: vec![0, 1],
            reported: None,
        }
    }

    fn version(patches: &[&str], name: Option<&str>) -> WorkflowVersion {
        let patches = patches.iter().map(|patch| (*patch).to_owned()).collect();
        WorkflowVersion { patches, name: name.map(str::to_owned) }
    }

    /// The turn after one that reported `version`, where history said `recorded` before and says `now` with it.
    fn follows(
        version: Option<WorkflowVersion>,
        recorded: &WorkflowVersion,
        now: Option<WorkflowVersion>,
    ) -> bool {
        let seen = Seen { reported: Reported::new(version.as_ref(), recorded), ..seen() };
        let mut past = committed();
        past[1].kind = EventKind::WorkflowStarted { version: now };
        seen.unseen(&turn(&past), 3).is_some()
    }

    fn committed() -> Vec<Event> {
        vec![raised("first"), started(), raised("second"), scheduled(0), scheduled(1)]
    }

    fn turn(past: &[Event]) -> WorkflowTurn {
        WorkflowTurn {
            instance_id: "a".into(),
            execution_id: Some("e".into()),
            past: bytes(past),
            new: vec![started()],
            propagated: None,
            cached_history: None,
            token: String::new(),
        }
    }

    fn delta(past: &[Event], omitted: i32) -> WorkflowTurn {
        WorkflowTurn { cached_history: Some(omitted), ..turn(past) }
    }

    #[track_caller]
    fn check_refused(turn: &WorkflowTurn) {
        assert!(seen().unseen(turn, 3).is_none());
    }

    #[test]
    fn what_was_answered_comes_back_and_only_that_is_unseen() {
        let unseen = seen().unseen(&turn(&committed()), 3).unwrap();
        assert_eq!(unseen.records, [scheduled(0), scheduled(1)]);
        assert_eq!(unseen.past, Digest::of(&bytes(&committed())));
    }

    #[test]
    fn what_was_reported_of_versions_is_recorded_with_the_turn() {
        let nothing = WorkflowVersion::default();
        let patched = || Some(version(&["p", "q"], None));
        assert!(follows(patched(), &nothing, patched()));
        assert!(follows(patched(), &version(&["p"], None), Some(version(&["q"], None))));
        assert!(follows(patched(), &version(&["p", "q"], None), None));
        let named = || Some(version(&[], Some("2")));
        assert!(follows(named(), &nothing, named()));
        assert!(follows(named(), &version(&[], Some("2")), None));
        assert!(follows(named(), &version(&[], Some("2")), named()));
    }

    #[test]
    fn a_reported_version_that_is_not_recorded_is_refused() {
        let nothing = WorkflowVersion::default();
        let patched = || Some(version(&["p", "q"], None));
        assert!(!follows(patched(), &nothing, None));
        assert!(!follows(patched(), &nothing, Some(version(&["p"], None))));
        assert!(!follows(patched(), &version(&["p"], None), None));
        assert!(!follows(Some(version(&[], Some("2"))), &nothing, None));
    }

    #[test]
    fn a_recorded_version_that_was_not_reported_is_refused() {
        let nothing = WorkflowVersion::default();
        assert!(!follows(None, &nothing, Some(version(&["p"], None))));
        assert!(!follows(Some(version(&["p"], None)), &nothing, Some(version(&["p", "q"], None))));
        assert!(!follows(Some(version(&[], Some("2"))), &nothing, Some(version(&[], Some("3")))));
        assert!(!follows(Some(version(&["p"], None)), &nothing, Some(version(&["p"], Some("2")))));
    }

    #[test]
    fn a_version_that_is_recorded_after_the_turn_began_is_refused() {
        let patched = Some(version(&["p"], None));
        let late = EventKind::WorkflowStarted { version: patched.clone() };
        let seen = Seen {
            turn: Digest::of_decoded(&[raised("second"), event(-1, late.clone())]),
            reported: Reported::new(patched.as_ref(), &WorkflowVersion::default()),
            ..seen()
        };
        let past = [raised("first"), raised("second"), event(-1, late), scheduled(0), scheduled(1)];
        assert!(seen.unseen(&turn(&past), 3).is_none());
    }

    #[test]
    fn the_same_turn_again_is_refused() {
        check_refused(&turn(&[raised("first")]));
    }

    #[test]
    fn a_dropped_or_repeated_or_reordered_event_is_refused() {
        let without_second = vec![raised("first"), started(), scheduled(0), scheduled(1)];
        let twice =
            vec![raised("first"), started(), raised("second"), raised("second"), scheduled(0), scheduled(1)];
        let reordered = vec![raised("first"), raised("second"), started(), scheduled(0), scheduled(1)];
        for past in [without_second, twice, reordered] {
            check_refused(&turn(&past));
        }
    }

    #[test]
    fn another_prefix_is_refused() {
        let mut past = committed();
        past[0] = raised("another");
        check_refused(&turn(&past));
    }

    #[test]
    fn more_or_fewer_or_other_records_than_answered_are_refused() {
        let mut fewer = committed();
        fewer.pop();
        let mut more = committed();
        more.push(scheduled(2));
        let mut other = committed();
        other[4] = scheduled(2);
        let mut twice = committed();
        twice[4] = scheduled(0);
        let mut foreign = committed();
        foreign[4] = raised("third");
        for past in [fewer, more, other, twice, foreign] {
            check_refused(&turn(&past));
        }
    }

    #[test]
    fn a_turn_that_another_worker_ran_meanwhile_is_refused() {
        let mut past = committed();
        past.extend([started(), scheduled(2)]);
        check_refused(&turn(&past));
    }

    #[test]
    fn another_execution_is_refused() {
        check_refused(&WorkflowTurn { execution_id: Some("f".into()), ..turn(&committed()) });
    }

    #[test]
    fn a_sidecar_that_does_not_name_executions_is_judged_by_content() {
        assert!(seen().unseen(&WorkflowTurn { execution_id: None, ..turn(&committed()) }, 3).is_some());
        let mut other = committed();
        other[0] = event(
            -1,
            EventKind::ExecutionStarted(Box::new(ExecutionStarted {
                name: "w".into(),
                ..Default::default()
            })),
        );
        check_refused(&WorkflowTurn { execution_id: None, ..turn(&other) });
    }

    #[test]
    fn a_delta_continues_what_was_sent_on_the_same_stream() {
        let unseen = seen().unseen(&delta(&committed()[1..], 1), 3).unwrap();
        assert_eq!(unseen.records, [scheduled(0), scheduled(1)]);
        assert_eq!(unseen.past, Digest::of(&bytes(&committed())));
    }

    #[test]
    fn a_delta_of_another_length_or_stream_or_of_no_named_execution_is_refused() {
        let rest = &committed()[1..];
        check_refused(&delta(rest, 0));
        check_refused(&delta(rest, 2));
        check_refused(&delta(rest, -1));
        assert!(seen().unseen(&delta(rest, 1), 4).is_none());
        check_refused(&WorkflowTurn { execution_id: None, ..delta(rest, 1) });
    }

    #[test]
    fn bytes_that_are_no_event_are_refused() {
        let mut broken = turn(&committed());
        broken.past[2] = Bytes::from_static(b"\xff");
        check_refused(&broken);
        let mut broken = turn(&committed());
        broken.past[4] = Bytes::from_static(b"\xff");
        check_refused(&broken);
    }

    #[test]
    fn how_events_are_cut_matters_to_the_digest() {
        let (mut one, mut two) = (Digest::default(), Digest::default());
        one.push(b"ab");
        two.push(b"a");
        two.push(b"b");
        assert_ne!(one, two);
    }
}
