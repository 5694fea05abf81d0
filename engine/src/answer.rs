//! How a turn ends: with an answer to the sidecar, or with a problem that a deploy can mend.

use alloc::{string::String, vec::Vec};
use core::{error::Error, fmt};

use crate::{action::Action, event::WorkflowVersion};

/// How a turn ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The sidecar gets this.
    Answer(Answer),
    /// The turn cannot be run by the code at hand.
    Problem(Problem),
}

/// What the sidecar gets at the end of a turn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// New work, ascending by id. While the instance is suspended it is only what has run already and has no record.
    pub actions: Vec<Action>,
    /// The full current custom status; `None` clears it.
    pub custom_status: Option<String>,
    /// Patches and named version in force; `None` when there are none.
    pub version: Option<WorkflowVersion>,
    /// What the owner of the workflow should know.
    pub warnings: Vec<Warning>,
}

/// Something that works as the protocol has it, but hardly as the owner of the workflow meant it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// Work scheduled in the turn that continued as new: the sidecar drops it.
    DroppedByContinueAsNew {
        /// What is lost, in words.
        work: Vec<String>,
    },
    /// Results in history that belong to no work the code has scheduled.
    UnmatchedResults {
        /// What they say they are results of, in words.
        work: Vec<String>,
    },
    /// Results that name another call than the code made under their id. They are not used.
    ForeignResults {
        /// What they say they are results of, in words.
        work: Vec<String>,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, work) = match self {
            Self::DroppedByContinueAsNew { work } => (
                "work scheduled in the turn that continues as new is dropped by the sidecar; await it before",
                work,
            ),
            Self::UnmatchedResults { work } => {
                ("history has results of work that the code never scheduled", work)
            }
            Self::ForeignResults { work } => {
                ("results of calls that this execution did not make are not used", work)
            }
        };
        write!(f, "{text}: {}", work.join(", "))
    }
}

/// Why a turn cannot be run by the code at hand: what a redeploy can mend.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// No workflow of this name is registered.
    NotRegistered {
        /// The name in history.
        name: String,
    },
    /// The workflow is registered, but not in the version that the instance is pinned to.
    VersionNotAvailable {
        /// The workflow's name.
        name: String,
        /// The version in history.
        version: String,
    },
    /// History and code disagree.
    Diverged(Divergence),
    /// The workflow awaits something that history does not record.
    ForeignAwait {
        /// The workflow's name.
        workflow: String,
    },
    /// The code panicked, and its owner would rather mend it than lose the instance.
    Panicked {
        /// The workflow's name.
        workflow: String,
        /// What the panic said.
        message: String,
    },
    /// A payload in history does not fit today's types.
    Undecodable {
        /// Which payload.
        what: String,
        /// What the decoder said.
        error: String,
    },
    /// An option of a call that no sidecar would take.
    InvalidOption {
        /// What it was given to.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A limit of [`Limits`](crate::Limits) is exceeded.
    LimitExceeded {
        /// What there is too much of.
        what: String,
        /// How much there may be.
        max: usize,
    },
}

/// Where history and code disagree, both sides in words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Divergence {
    /// The id at which they disagree.
    pub id: i32,
    /// What history recorded there.
    pub recorded: String,
    /// What the code has there; `None` when it has scheduled nothing with this id.
    pub current: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRegistered { name } => {
                write!(
                    f,
                    "workflow `{name}` is not registered; register it with this worker, or correct its name"
                )
            }
            Self::VersionNotAvailable { name, version } => {
                write!(f, "workflow `{name}` has no version `{version}` here; deploy a worker that has it")
            }
            Self::Diverged(divergence) => divergence.fmt(f),
            Self::ForeignAwait { workflow } => write!(
                f,
                "workflow `{workflow}` awaits something that history does not record, so nothing would ever wake \
                 it; do that work in an activity"
            ),
            Self::Panicked { workflow, message } => {
                write!(f, "workflow `{workflow}` panicked: {message}; mend it and deploy again")
            }
            Self::Undecodable { what, error } => {
                write!(f, "{what} cannot be decoded: {error}; deploy code whose types read it")
            }
            Self::InvalidOption { what, reason } => {
                write!(f, "{what}: {reason}; correct it and deploy again")
            }
            Self::LimitExceeded { what, max } => {
                write!(f, "more than {max} {what}; continue as new earlier, or raise the limit")
            }
        }
    }
}

impl Error for Problem {}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, recorded, current } = self;
        write!(f, "history and code disagree: history recorded {recorded}, but the code has ")?;
        match current {
            Some(current) => f.write_str(current)?,
            None => write!(f, "scheduled nothing with id {id}")?,
        }
        f.write_str("; deploy the code that wrote this history, or guard the change with a patch")
    }
}

impl Error for Divergence {}
