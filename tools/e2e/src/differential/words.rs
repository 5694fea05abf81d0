//! Answers and work items as texts that are equal when they mean the same: ids that sidecars invent are numbered, times
//! are only there or not, and what traces is left out.

use std::collections::HashMap;
use std::fmt::Debug;

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{self, HistoryEvent};
use prost::Message as _;
use prost_types::Timestamp;
use tonic::Status;

/// Times that the driver gave are far from now; others are the sidecar's.
const NOW_ISH: std::ops::Range<i64> = 1_500_000_000..4_000_000_000;

const UUID_LENGTH: usize = 36;

/// The texts of one scenario on one sidecar.
#[derive(Debug)]
pub(super) struct Words {
    prefix: String,
    ids: HashMap<String, usize>,
}

impl Words {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), ids: HashMap::new() }
    }

    /// A message without what differs from run to run.
    pub(super) fn plain(&mut self, message: &impl Debug) -> String {
        let text = without_absent(&format!("{message:?}"));
        self.clean(&text)
    }

    pub(super) fn status(&mut self, status: &Status) -> String {
        let text = format!("{:?} \"{}\"", status.code(), status.message());
        self.clean(&text)
    }

    pub(super) fn events<'a>(&mut self, events: impl IntoIterator<Item = &'a HistoryEvent>) -> String {
        let lines = events.into_iter().map(|event| format!("\n  {}", self.event(event)));
        lines.collect()
    }

    pub(super) fn encoded(&mut self, events: &[prost::bytes::Bytes]) -> String {
        let decode = |event: &prost::bytes::Bytes| HistoryEvent::decode(event.clone()).unwrap_or_default();
        let events = events.iter().map(decode).collect::<Vec<_>>();
        self.events(&events)
    }

    fn event(&mut self, event: &HistoryEvent) -> String {
        let mut event = event.clone();
        event.timestamp = None;
        let id = event.event_id;
        match &mut event.event_type {
            Some(EventType::ExecutionStarted(started)) => {
                started.parent_trace_context = None;
                started.workflow_span_id = None;
                started.scheduled_start_timestamp = rounded(started.scheduled_start_timestamp);
            }
            Some(EventType::TaskScheduled(task)) => task.parent_trace_context = None,
            Some(EventType::ChildWorkflowInstanceCreated(child)) => child.parent_trace_context = None,
            Some(EventType::TimerCreated(timer)) => timer.fire_at = rounded(timer.fire_at),
            Some(EventType::TimerFired(timer)) => timer.fire_at = rounded(timer.fire_at),
            _ => {}
        }
        let router = event.router.map_or(String::new(), |router| format!(" {router:?}"));
        let kind = event.event_type.map_or("no event".to_owned(), |kind| format!("{kind:?}"));
        let text = without_absent(&format!("{id} {kind}{router}"));
        self.clean(&text)
    }

    pub(super) fn state(&mut self, mut response: pb::GetInstanceResponse) -> String {
        if let Some(state) = &mut response.workflow_state {
            let times = [
                &mut state.created_timestamp,
                &mut state.last_updated_timestamp,
                &mut state.completed_timestamp,
                &mut state.scheduled_start_timestamp,
                &mut state.started_at,
            ];
            times.into_iter().for_each(|time| *time = rounded(*time));
        }
        self.plain(&response)
    }

    pub(super) fn propagated(&mut self, history: &pb::PropagatedHistory) -> String {
        let chunks = history.chunks.iter().map(|chunk| {
            let events = self.encoded(&chunk.raw_events);
            let (app, instance, name) = (&chunk.app_id, &chunk.instance_id, &chunk.workflow_name);
            let head = self.clean(&format!("{app} {instance} {name}"));
            format!("\n chunk {head}:{events}")
        });
        let chunks: String = chunks.collect();
        format!("{:?}{chunks}", history.scope())
    }

    /// A text with the scenario's own ids without their prefix, and invented ones numbered.
    pub(super) fn clean(&mut self, text: &str) -> String {
        let text = text.replace(&self.prefix, "");
        let mut clean = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(letter) = rest.chars().next() {
            if let Some(uuid) = rest.get(..UUID_LENGTH).filter(|start| is_uuid(start)) {
                let next = self.ids.len() + 1;
                let number = *self.ids.entry(uuid.to_owned()).or_insert(next);
                clean.push_str(&format!("<id {number}>"));
                rest = &rest[UUID_LENGTH..];
            } else {
                clean.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
        clean
    }
}

fn rounded(time: Option<Timestamp>) -> Option<Timestamp> {
    time.map(|time| if NOW_ISH.contains(&time.seconds) { Timestamp::default() } else { time })
}

fn is_uuid(text: &str) -> bool {
    text.bytes().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

/// A debug text without the fields that are absent.
fn without_absent(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(": None") {
        let before = &rest[..place];
        let name = before.rfind(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        kept.push_str(&before[..name.map_or(0, |name| name + 1)]);
        rest = rest[place + ": None".len()..].trim_start_matches(", ");
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::{Words, without_absent};

    #[test]
    fn absent_fields_vanish_and_others_stay() {
        assert_eq!(without_absent("A { a: None, b: 1, c: None }"), "A { b: 1, }");
        assert_eq!(without_absent("A { b: Some(\"\") }"), "A { b: Some(\"\") }");
    }

    #[test]
    fn invented_ids_are_numbered_in_order_of_appearance() {
        let mut words = Words::new("s1_");
        let text =
            words.clean("s1_a 0f353f85-75d2-56f8-89b5-a7773ace7605 9e952958-5e33-4daf-827f-2fa12937b875");
        assert_eq!(text, "a <id 1> <id 2>");
        assert_eq!(words.clean("9e952958-5e33-4daf-827f-2fa12937b875"), "<id 2>");
    }
}
