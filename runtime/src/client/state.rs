//! What a client sees of an instance.

use std::fmt;

use dacapo_engine::FailureDetails;
use dacapo_proto::pb;
use serde::de::DeserializeOwned;

use crate::Timestamp;
use crate::payload;
use crate::runtime_error::RuntimeError;

/// Where an instance is in its life. The words are Dapr's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Created; its first turn has not run.
    Pending,
    /// Begun, and not ended.
    Running,
    /// Holds still until it is resumed.
    Suspended,
    /// Waits for a worker whose code can go on with it (Dapr 1.17 and newer).
    Stalled,
    /// Returned a result.
    Completed,
    /// Returned an error, or panicked.
    Failed,
    /// Ended by a client.
    Terminated,
    /// Declared by Dapr, assigned by no release of it.
    Canceled,
    /// Began its next execution; never the state in which a client finds an instance.
    ContinuedAsNew,
    /// A status that this release does not know, by its number.
    Other(i32),
}

impl Status {
    /// Whether the instance has ended.
    ///
    /// ```
    /// use dacapo::client::Status;
    /// assert!(Status::Failed.is_terminal());
    /// assert!(!Status::Stalled.is_terminal());
    /// ```
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Terminated | Self::Canceled)
    }

    pub(crate) fn from_wire(status: i32) -> Self {
        use pb::OrchestrationStatus as Wire;
        match Wire::try_from(status) {
            Ok(Wire::Running) => Self::Running,
            Ok(Wire::Completed) => Self::Completed,
            Ok(Wire::ContinuedAsNew) => Self::ContinuedAsNew,
            Ok(Wire::Failed) => Self::Failed,
            Ok(Wire::Canceled) => Self::Canceled,
            Ok(Wire::Terminated) => Self::Terminated,
            Ok(Wire::Pending) => Self::Pending,
            Ok(Wire::Suspended) => Self::Suspended,
            Ok(Wire::Stalled) => Self::Stalled,
            Err(_) => Self::Other(status),
        }
    }
}

/// Dapr's spelling: `RUNNING`, `COMPLETED`.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Suspended => "SUSPENDED",
            Self::Stalled => "STALLED",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Terminated => "TERMINATED",
            Self::Canceled => "CANCELED",
            Self::ContinuedAsNew => "CONTINUED_AS_NEW",
            Self::Other(number) => return write!(f, "UNKNOWN({number})"),
        })
    }
}

/// An instance as it was when the sidecar was asked.
///
/// Sidecars leave out what they do not know; payloads are the JSON text that was recorded.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InstanceState {
    /// The instance's id.
    pub instance_id: String,
    /// The workflow's name; empty while daprd has the instance pending.
    pub name: String,
    /// Where it is in its life.
    pub status: Status,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When its first turn began.
    pub started_at: Option<Timestamp>,
    /// When its history last grew.
    pub updated_at: Option<Timestamp>,
    /// The named version of the workflow that it runs.
    pub version: Option<String>,
    /// What it was started with.
    pub input: Option<String>,
    /// What it returned, or was terminated with.
    pub output: Option<String>,
    /// What the workflow set as its custom status.
    pub custom_status: Option<String>,
    /// Why it failed.
    pub failure: Option<FailureDetails>,
    /// The instance that started it as a child.
    pub parent_instance_id: Option<String>,
}

impl InstanceState {
    pub(crate) fn from_wire(state: pb::WorkflowState) -> Self {
        Self {
            instance_id: state.instance_id,
            name: state.name,
            status: Status::from_wire(state.workflow_status),
            created_at: moment(state.created_timestamp),
            started_at: moment(state.started_at),
            updated_at: moment(state.last_updated_timestamp),
            version: state.version,
            input: state.input,
            output: state.output,
            custom_status: state.custom_status,
            failure: state.failure_details.map(dacapo_proto::decode::failure),
            parent_instance_id: state.parent_instance_id,
        }
    }

    /// The output as a value; absent output reads as `null`.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::Undecodable`] when the recorded text is no `T`.
    pub fn output_as<T: DeserializeOwned>(&self) -> Result<T, RuntimeError> {
        self.read("output", self.output.as_deref())
    }

    /// The custom status as a value; absent reads as `null`.
    ///
    /// ```no_run
    /// # async fn example(client: dacapo::Client) -> dacapo::Result<()> {
    /// let state = client.instance("order-1").get().await?;
    /// let progress: Option<u8> = state.custom_status_as()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`RuntimeError::Undecodable`] when the recorded text is no `T`.
    pub fn custom_status_as<T: DeserializeOwned>(&self) -> Result<T, RuntimeError> {
        self.read("custom status", self.custom_status.as_deref())
    }

    fn read<T: DeserializeOwned>(&self, what: &str, text: Option<&str>) -> Result<T, RuntimeError> {
        payload::decode(text).map_err(|error| RuntimeError::Undecodable {
            what: format!("the {what} of `{}`", self.instance_id),
            expected: core::any::type_name::<T>().to_owned(),
            reason: error.to_string(),
        })
    }
}

/// daprd gives year 1 for what it does not know.
pub(super) fn moment(timestamp: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    let moment = dacapo_proto::decode::timestamp(timestamp?);
    (moment > dacapo_engine::Timestamp::MIN).then_some(Timestamp(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_instance_of_daprd_has_no_time_of_creation() {
        let year_one = prost_types::Timestamp { seconds: dacapo_engine::Timestamp::MIN.seconds(), nanos: 0 };
        let wire = pb::WorkflowState { workflow_status: 6, created_timestamp: Some(year_one), ..Default::default() };
        let state = InstanceState::from_wire(wire);
        assert_eq!((state.status, state.created_at), (Status::Pending, None));
    }

    #[test]
    fn a_status_of_a_later_release_is_kept_as_its_number() {
        assert_eq!(Status::from_wire(42), Status::Other(42));
        assert_eq!(Status::Other(42).to_string(), "UNKNOWN(42)");
    }
}
