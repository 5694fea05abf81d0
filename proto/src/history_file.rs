//! Histories as files: what `dacapo-sidecar wf export` writes and a replay test reads.
//! The format is described in docs/testing.md, "The history format", and never changes for files that exist.

use core::fmt;

use bytes::Bytes;
use dacapo_engine::Event;
use prost::Message as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::pb::history_event::EventType;
use crate::{decode, pb};

/// What the field `format` of every file says.
pub const FORMAT: &str = "dacapo.history/1";

/// What stands for a text that was redacted.
pub const REDACTED: &str = "***";

/// The history of one execution of a workflow instance, as it is written to a file.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryFile {
    /// The instance.
    pub instance_id: String,
    /// Its events, oldest first.
    pub events: Vec<pb::HistoryEvent>,
}

/// The file as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    format: String,
    instance_id: String,
    events: Vec<Map<String, Value>>,
}

impl HistoryFile {
    /// The history of `instance_id`, from the events as a sidecar stores and sends them.
    ///
    /// # Errors
    /// When an event is not a `HistoryEvent`.
    pub fn of_encoded<B: AsRef<[u8]>>(
        instance_id: impl Into<String>,
        events: impl IntoIterator<Item = B>,
    ) -> Result<Self, HistoryFileError> {
        let decoded = events.into_iter().enumerate().map(|(index, bytes)| {
            pb::HistoryEvent::decode(bytes.as_ref())
                .map_err(|error| HistoryFileError::event(index, error.to_string()))
        });
        Ok(Self { instance_id: instance_id.into(), events: decoded.collect::<Result<_, _>>()? })
    }

    /// The events in the form in which sidecars store and send them.
    pub fn encoded(&self) -> Vec<Bytes> {
        self.events.iter().map(|event| event.encode_to_vec().into()).collect()
    }

    /// The events as the engine takes them.
    pub fn for_engine(&self) -> Vec<Event> {
        self.events.iter().cloned().map(decode::event).collect()
    }

    /// The name of the workflow; `None` when the history does not begin with a start.
    pub fn workflow(&self) -> Option<&str> {
        self.events.iter().find_map(|event| match &event.event_type {
            Some(EventType::ExecutionStarted(started)) => Some(started.name.as_str()),
            _ => None,
        })
    }

    /// The text of the file: one line for each event, so that two files are easily compared.
    ///
    /// # Panics
    /// Never: every event has a JSON form.
    pub fn to_json(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        let mut text = format!(
            "{{\n  \"format\": {},\n  \"instanceId\": {},\n  \"events\": [",
            quoted(FORMAT),
            quoted(&self.instance_id)
        );
        for (index, event) in self.events.iter().enumerate() {
            let line = serde_json::to_string(event).expect("texts, numbers and times have a JSON form");
            text.push_str(if index == 0 { "\n    " } else { ",\n    " });
            text.push_str(&line);
        }
        text.push_str("\n  ]\n}\n");
        text
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// [`HistoryFileError`], with the place: text that is no JSON, another format, an event that is not understood.
    pub fn from_json(text: &str) -> Result<Self, HistoryFileError> {
        let document: Document = serde_json::from_str(text).map_err(|error| HistoryFileError {
            index: None,
            reason: format!("{error}; a history is a JSON object with `format`, `instanceId` and `events`"),
        })?;
        if document.format != FORMAT {
            let reason = format!("its format is `{}`, and this release reads `{FORMAT}`", document.format);
            return Err(HistoryFileError { index: None, reason });
        }
        let events = document.events.into_iter().enumerate().map(|(index, fields)| read(index, fields));
        Ok(Self { instance_id: document.instance_id, events: events.collect::<Result<_, _>>()? })
    }

    /// Replaces every text inside the payloads by `***`; numbers, booleans and the names of fields stay, so that most code
    /// still decides as it did. What is not JSON becomes `"***"` as a whole. Failures lose their texts and stack traces;
    /// tags lose their values.
    #[must_use]
    pub fn redacted(self) -> Self {
        self.map_payloads(|payload| *payload = redact(payload))
    }

    /// Changes every payload and failure text with `change`.
    #[must_use]
    pub fn map_payloads(mut self, mut change: impl FnMut(&mut String)) -> Self {
        for event in &mut self.events {
            if let Some(kind) = &mut event.event_type {
                payloads(kind, &mut |text| change(text));
            }
        }
        self
    }
}

fn read(index: usize, fields: Map<String, Value>) -> Result<pb::HistoryEvent, HistoryFileError> {
    let keys: Vec<String> = fields.keys().filter(|key| !is_common(key)).cloned().collect();
    let [kind] = &keys[..] else {
        if keys.is_empty() {
            // A kind that the release which wrote the file did not know: it says nothing to a replay.
            return from_fields(index, fields);
        }
        let keys = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        return Err(HistoryFileError::event(index, format!("it has more than one kind: {keys}")));
    };
    // A choice that is flattened into its message is absent when it cannot be read, without a word about why.
    let choice = Value::Object(fields.clone().into_iter().filter(|(key, _)| key == kind).collect());
    serde_json::from_value::<EventType>(choice)
        .map_err(|error| HistoryFileError::event(index, format!("`{kind}`: {error}")))?;
    from_fields(index, fields)
}

fn is_common(key: &str) -> bool {
    matches!(key, "eventId" | "timestamp" | "router")
}

fn from_fields(index: usize, fields: Map<String, Value>) -> Result<pb::HistoryEvent, HistoryFileError> {
    serde_json::from_value(Value::Object(fields))
        .map_err(|error| HistoryFileError::event(index, error.to_string()))
}

/// Everything that a program or its users wrote.
fn payloads(kind: &mut EventType, change: &mut dyn FnMut(&mut String)) {
    let payload = match kind {
        EventType::ExecutionStarted(event) => {
            event.tags.values_mut().for_each(&mut *change);
            &mut event.input
        }
        EventType::ExecutionCompleted(event) => {
            failure(event.failure_details.as_mut(), change);
            &mut event.result
        }
        EventType::TaskFailed(event) => return failure(event.failure_details.as_mut(), change),
        EventType::ChildWorkflowInstanceFailed(event) => {
            return failure(event.failure_details.as_mut(), change);
        }
        EventType::ExecutionTerminated(event) => &mut event.input,
        EventType::TaskScheduled(event) => &mut event.input,
        EventType::TaskCompleted(event) => &mut event.result,
        EventType::ChildWorkflowInstanceCreated(event) => &mut event.input,
        EventType::ChildWorkflowInstanceCompleted(event) => &mut event.result,
        EventType::EventSent(event) => &mut event.input,
        EventType::EventRaised(event) => &mut event.input,
        EventType::ContinueAsNew(event) => &mut event.input,
        EventType::ExecutionSuspended(event) => &mut event.input,
        EventType::ExecutionResumed(event) => &mut event.input,
        EventType::ExecutionStalled(event) => &mut event.description,
        EventType::TimerCreated(_)
        | EventType::TimerFired(_)
        | EventType::WorkflowStarted(_)
        | EventType::WorkflowCompleted(_)
        | EventType::DetachedWorkflowInstanceCreated(_) => return,
    };
    if let Some(text) = payload {
        change(text);
    }
}

fn failure(mut failure: Option<&mut pb::TaskFailureDetails>, change: &mut dyn FnMut(&mut String)) {
    while let Some(details) = failure {
        change(&mut details.error_message);
        if let Some(trace) = &mut details.stack_trace {
            change(trace);
        }
        failure = details.inner_failure.as_deref_mut();
    }
}

fn redact(payload: &str) -> String {
    match serde_json::from_str::<Value>(payload) {
        Ok(mut value) => {
            redact_value(&mut value);
            value.to_string()
        }
        Err(_) => Value::from(REDACTED).to_string(),
    }
}

fn redact_value(value: &mut Value) {
    match value {
        Value::String(text) => REDACTED.clone_into(text),
        Value::Array(members) => members.iter_mut().for_each(redact_value),
        Value::Object(fields) => fields.values_mut().for_each(redact_value),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Why a text is no history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryFileError {
    index: Option<usize>,
    reason: String,
}

impl HistoryFileError {
    fn event(index: usize, reason: String) -> Self {
        Self { index: Some(index), reason }
    }
}

impl fmt::Display for HistoryFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "event {index} of the history cannot be read: {}", self.reason),
            None => write!(f, "this is no history: {}", self.reason),
        }
    }
}

impl core::error::Error for HistoryFileError {}
