//! Why something failed, in the form that crosses languages.

use alloc::{boxed::Box, string::String};
use core::{error::Error, fmt};

/// Why an activity or a workflow failed, as it stands in history.
///
/// ```
/// use dacapo_engine::FailureDetails;
///
/// let failure = FailureDetails::new("PaymentError", "card refused").with_inner(FailureDetails::new("Http", "402"));
/// assert_eq!(failure.to_string(), "card refused");
/// assert_eq!(core::error::Error::source(&failure).unwrap().to_string(), "402");
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct FailureDetails {
    /// The machine-readable kind of failure.
    pub error_type: String,
    /// What a person reads.
    pub message: String,
    /// Where it happened, if the failing side tells.
    pub stack_trace: Option<String>,
    /// What caused it.
    pub inner: Option<Box<FailureDetails>>,
    /// Whether trying again is pointless.
    pub non_retriable: bool,
}

impl FailureDetails {
    /// A failure of the kind `error_type` with the text `message`, without a cause.
    pub fn new(error_type: impl Into<String>, message: impl Into<String>) -> Self {
        Self { error_type: error_type.into(), message: message.into(), ..Self::default() }
    }

    /// This failure with `inner` as its cause.
    #[must_use]
    pub fn with_inner(mut self, inner: FailureDetails) -> Self {
        self.inner = Some(Box::new(inner));
        self
    }

    /// This failure, marked as one that no retry can mend.
    #[must_use]
    pub fn non_retriable(mut self) -> Self {
        self.non_retriable = true;
        self
    }
}

impl fmt::Display for FailureDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for FailureDetails {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.inner.as_deref().map(|inner| inner as _)
    }
}
