//! What a client sees of an instance.

use std::fmt;

use dacapo_engine::FailureDetails;
use dacapo_proto::InstanceStatus;
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

    pub(crate) fn from_wire(status: InstanceStatus) -> Self {
        match status {
            InstanceStatus::Pending => Self::Pending,
            InstanceStatus::Running => Self::Running,
            InstanceStatus::Suspended => Self::Suspended,
            InstanceStatus::Stalled => Self::Stalled,
            InstanceStatus::Completed => Self::Completed,
            InstanceStatus::ContinuedAsNew => Self::ContinuedAsNew,
            InstanceStatus::Failed => Self::Failed,
            InstanceStatus::Canceled => Self::Canceled,
            InstanceStatus::Terminated => Self::Terminated,
            InstanceStatus::Unknown(number) => Self::Other(number),
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
    /// When it ended; daprd does not say.
    pub completed_at: Option<Timestamp>,
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
    pub(crate) fn from_wire(state: dacapo_proto::InstanceState) -> Self {
        Self {
            instance_id: state.instance_id,
            name: state.name,
            status: Status::from_wire(state.status),
            created_at: state.created.map(Timestamp),
            started_at: state.started.map(Timestamp),
            updated_at: state.last_updated.map(Timestamp),
            completed_at: state.completed.map(Timestamp),
            version: state.version,
            input: state.input,
            output: state.output,
            custom_status: state.custom_status,
            failure: state.failure,
            parent_instance_id: state.parent_instance_id,
        }
    }

    /// The input as a value; absent input reads as `null`. A workflow with several parameters has an array of them.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::Undecodable`] when the recorded text is no `T`.
    pub fn input_as<T: DeserializeOwned>(&self) -> Result<T, RuntimeError> {
        self.read("input", self.input.as_deref())
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
