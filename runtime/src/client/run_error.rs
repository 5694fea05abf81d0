//! Why a workflow has no result.

use std::error::Error as StdError;
use std::fmt;

use crate::Failure;
use crate::runtime_error::RuntimeError;

/// Why [`Run::result`](super::Run::result) has no result to give.
///
/// ```
/// # use dacapo::client::RunError;
/// # #[derive(Debug)] enum OrderError { OutOfStock }
/// fn explain(error: &RunError<OrderError>) -> &'static str {
///     match error {
///         RunError::Failed(failure) if matches!(failure.error(), Some(OrderError::OutOfStock)) => "sold out",
///         RunError::Failed(_) => "failed",
///         RunError::Terminated { .. } => "stopped",
///         _ => "no answer yet",
///     }
/// }
/// ```
#[non_exhaustive]
pub enum RunError<E = core::convert::Infallible> {
    /// The workflow returned an error, or panicked.
    Failed(Failure<E>),
    /// Somebody ended the instance.
    Terminated {
        /// The instance.
        instance_id: String,
        /// What it was terminated with, as JSON text.
        output: Option<String>,
    },
    /// The deployed code cannot go on with the instance; other code may.
    Stalled {
        /// The instance.
        instance_id: String,
        /// What the sidecar recorded.
        reason: String,
    },
    /// The workflow returned something that is not of its declared type.
    Undecodable {
        /// The instance.
        instance_id: String,
        /// The recorded text.
        text: String,
        /// The decoder's words.
        reason: String,
    },
    /// The sidecar could not be asked.
    Runtime(RuntimeError),
}

impl<E> From<RuntimeError> for RunError<E> {
    fn from(error: RuntimeError) -> Self {
        match error {
            RuntimeError::Stalled { instance_id, reason } => Self::Stalled { instance_id, reason },
            other => Self::Runtime(other),
        }
    }
}

impl<E> fmt::Display for RunError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failure) => failure.fmt(f),
            Self::Terminated { instance_id, output: None } => {
                write!(f, "the workflow instance `{instance_id}` was terminated")
            }
            Self::Terminated { instance_id, output: Some(output) } => {
                write!(f, "the workflow instance `{instance_id}` was terminated with {output}")
            }
            Self::Stalled { instance_id, reason } => {
                let (instance_id, reason) = (instance_id.clone(), reason.clone());
                RuntimeError::Stalled { instance_id, reason }.fmt(f)
            }
            Self::Undecodable { instance_id, text, reason } => {
                write!(
                    f,
                    "the result of `{instance_id}` is not what its workflow declares ({reason}): call `client.run(..)` with the \
                     workflow that it was started as, or read `instance().get()` with `output_as`; its text is: {text}"
                )
            }
            Self::Runtime(error) => error.fmt(f),
        }
    }
}

impl<E> fmt::Debug for RunError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (variant, text) = match self {
            Self::Failed(failure) => return f.debug_tuple("Failed").field(failure).finish(),
            Self::Runtime(error) => return f.debug_tuple("Runtime").field(error).finish(),
            Self::Terminated { .. } => ("Terminated", self.to_string()),
            Self::Stalled { .. } => ("Stalled", self.to_string()),
            Self::Undecodable { .. } => ("Undecodable", self.to_string()),
        };
        f.debug_tuple(variant).field(&text).finish()
    }
}

/// The failure and the runtime's error stand in for this one: they say the same, so their causes are its causes.
impl<E> StdError for RunError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Failed(failure) => failure.source(),
            Self::Runtime(error) => error.source(),
            Self::Terminated { .. } | Self::Stalled { .. } | Self::Undecodable { .. } => None,
        }
    }
}
