//! Histories to keep: written to files, read again, replayed by tests.

use dacapo_proto::{HistoryFile, pb};

use super::instance::Instance;
use super::refusal::About;
use crate::connection::TaskHub;
use crate::runtime_error::RuntimeError;

/// The recorded history of an execution, in full: it can be written to a file, read again, and replayed by a test with the
/// feature `testing`. The format of the file is described in docs/testing.md; `dacapo-sidecar wf export` writes it too.
///
/// ```
/// use dacapo::client::RecordedHistory;
///
/// let text = r#"{"format": "dacapo.history/1", "instanceId": "order-1", "events": [
///     {"eventId": -1, "timestamp": "2030-01-01T00:00:00Z", "executionStarted": {"name": "order", "input": "\"cars\""}}
/// ]}"#;
/// let history = RecordedHistory::from_json(text)?;
/// assert_eq!((history.instance_id(), history.workflow()), ("order-1", Some("order")));
/// assert!(history.redacted().to_json().contains("***"));
/// # Ok::<(), dacapo::client::UnreadableHistory>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedHistory(pub(crate) HistoryFile);

impl RecordedHistory {
    pub(crate) fn of_encoded<B: AsRef<[u8]>>(
        instance_id: &str,
        events: impl IntoIterator<Item = B>,
    ) -> Result<Self, RuntimeError> {
        HistoryFile::of_encoded(instance_id, events).map(Self).map_err(|error| RuntimeError::Undecodable {
            what: format!("the history of `{instance_id}`"),
            expected: "list of history events".to_owned(),
            reason: error.to_string(),
        })
    }

    /// The history in the text of a file.
    ///
    /// # Errors
    /// [`UnreadableHistory`] with the place, when the text is no history.
    pub fn from_json(text: &str) -> Result<Self, UnreadableHistory> {
        HistoryFile::from_json(text).map(Self).map_err(|error| UnreadableHistory(error.to_string()))
    }

    /// The text of a file: JSON, one line for each event.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The instance that it was recorded of.
    pub fn instance_id(&self) -> &str {
        &self.0.instance_id
    }

    /// The name of the workflow; `None` when the history does not begin with a start.
    pub fn workflow(&self) -> Option<&str> {
        self.0.workflow()
    }

    /// The same history with `***` for every text inside its payloads, failures and tags. Numbers, booleans and the names of
    /// fields stay, so that most code still decides as it did.
    #[must_use]
    pub fn redacted(self) -> Self {
        Self(self.0.redacted())
    }

    /// The same history with each payload (JSON text), failure text and tag changed by `change`: to redact some and keep what
    /// the code decides by.
    #[must_use]
    pub fn map_payloads(self, change: impl FnMut(&mut String)) -> Self {
        Self(self.0.map_payloads(change))
    }
}

/// Why a text is no recorded history: the place and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableHistory(String);

impl Instance {
    /// What the sidecar has recorded of the current execution, in full: to be kept in a file and replayed by tests (Dapr 1.17
    /// and newer).
    ///
    /// ```no_run
    /// # async fn example(client: dacapo::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let history = client.instance("order-1").recorded_history().await?;
    /// std::fs::write("histories/order-1.json", history.redacted().to_json())?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`history`](Self::history).
    pub async fn recorded_history(&self) -> Result<RecordedHistory, RuntimeError> {
        let message = pb::GetInstanceHistoryRequest { instance_id: self.id().to_owned() };
        let send = |mut hub: TaskHub, request| async move { hub.get_instance_history(request).await };
        let about = About::instance("GetInstanceHistory", self.id());
        let response = self.rpc.unary(&about, message, send).await?;
        RecordedHistory::of_encoded(self.id(), response.events)
    }
}
