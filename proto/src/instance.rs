//! What a client sees of an instance.

use core::fmt;
use std::collections::BTreeMap;

use dacapo_engine::{FailureDetails, Timestamp};

/// The state of an instance. Inputs, outputs, custom status and failure are there only when they were asked for;
/// which of the other optional values a sidecar fills depends on its release.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceState {
    /// The instance.
    pub instance_id: String,
    /// The workflow's name; empty while some sidecars have not yet run the first turn.
    pub name: String,
    /// The named version that the execution is pinned to.
    pub version: Option<String>,
    /// Where the instance is in its life.
    pub status: InstanceStatus,
    /// When the instance was asked to start.
    pub scheduled_start: Option<Timestamp>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When its history last grew.
    pub last_updated: Option<Timestamp>,
    /// When its first turn began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// The input of the running execution.
    pub input: Option<String>,
    /// The result, or what it was terminated with.
    pub output: Option<String>,
    /// The custom status, as JSON text.
    pub custom_status: Option<String>,
    /// Why it failed.
    pub failure: Option<FailureDetails>,
    /// The running execution.
    pub execution_id: Option<String>,
    /// The instance that started this one as its child.
    pub parent_instance_id: Option<String>,
    /// The app of that instance.
    pub parent_app_id: Option<String>,
    /// The tags it was started with.
    pub tags: BTreeMap<String, String>,
}

/// Where an instance is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstanceStatus {
    /// Its first turn is not yet committed.
    Pending,
    /// It runs or waits.
    Running,
    /// It is held until somebody resumes it.
    Suspended,
    /// It waits for a worker that can run its history.
    Stalled,
    /// It returned.
    Completed,
    /// It handed over to its next execution; seen for moments only.
    ContinuedAsNew,
    /// It failed.
    Failed,
    /// Declared by the contract, used by no sidecar.
    Canceled,
    /// It was ended from outside.
    Terminated,
    /// A status of a later release, by its number.
    Unknown(i32),
}

impl InstanceStatus {
    /// Whether the instance has ended.
    ///
    /// ```
    /// use dacapo_proto::InstanceStatus;
    ///
    /// assert!(InstanceStatus::Terminated.is_terminal());
    /// assert!(!InstanceStatus::Stalled.is_terminal());
    /// ```
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled | Self::Terminated)
    }
}

impl fmt::Display for InstanceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Suspended => "suspended",
            Self::Stalled => "stalled",
            Self::Completed => "completed",
            Self::ContinuedAsNew => "continued as new",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Terminated => "terminated",
            Self::Unknown(number) => return write!(f, "unknown status {number}"),
        })
    }
}
