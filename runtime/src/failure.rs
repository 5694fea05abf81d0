//! What a call yields when it does not succeed.

use core::error::Error as StdError;
use core::fmt;
use std::sync::Arc;

use dacapo_engine::FailureDetails;

/// `errorType` of the innermost cause that carries a Rust error value as JSON.
pub(crate) const ERROR_VALUE_TYPE: &str = "dacapo.error/1";

/// How many causes are searched for a carried error value.
const CAUSES_MAX: usize = 17;

/// The failure of an activity, of a child workflow, or of a workflow that a client waits for.
///
/// `E` is the error type that the called function declares. When that type is `Serialize + DeserializeOwned`, and the
/// function was written in Rust, [`error`](Self::error) is the very value it returned; [`details`](Self::details) is
/// always there and is what any other language would see.
///
/// ```
/// # use dacapo::Failure;
/// # #[derive(Debug)] enum PaymentError { Declined }
/// fn explain(failure: &Failure<PaymentError>) -> String {
///     match failure.error() {
///         Some(PaymentError::Declined) => "ask for another card".to_owned(),
///         None => failure.details().message.clone(),
///     }
/// }
/// ```
pub struct Failure<E = core::convert::Infallible> {
    call: Arc<CallFailure>,
    error: Option<E>,
}

impl<E> Failure<E> {
    pub(crate) fn new(
        kind: CallKind,
        name: &str,
        details: FailureDetails,
        decode: impl FnOnce(&str) -> Option<E>,
    ) -> Self {
        let error = carried_value(&details).and_then(decode);
        Self { call: Arc::new(CallFailure { kind, name: name.to_owned(), details }), error }
    }

    /// The error value that the function returned, if its type is serde and the function was written in Rust.
    pub fn error(&self) -> Option<&E> {
        self.error.as_ref()
    }

    /// The error value, taken out.
    pub fn into_error(self) -> Option<E> {
        self.error
    }

    /// The failure as it is recorded in the history: type, text and causes.
    pub fn details(&self) -> &FailureDetails {
        &self.call.details
    }

    /// The name of the activity or workflow that failed.
    pub fn name(&self) -> &str {
        &self.call.name
    }
}

impl<E: Clone> Clone for Failure<E> {
    fn clone(&self) -> Self {
        Self { call: Arc::clone(&self.call), error: self.error.clone() }
    }
}

impl<E> fmt::Debug for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.call, f)
    }
}

impl<E> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.call, f)
    }
}

impl<E> StdError for Failure<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.call.as_ref())
    }
}

/// What kind of function failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    Activity,
    Workflow,
}

/// A failed call, whatever the type of its error: the part of a [`Failure`] that can be found in a chain of sources.
#[derive(Debug)]
pub(crate) struct CallFailure {
    kind: CallKind,
    name: String,
    details: FailureDetails,
}

impl CallFailure {
    /// Whether `error` is the [`Failure`] around this value, and says the same.
    pub(crate) fn is_shown_as(&self, error: &(dyn StdError + 'static)) -> bool {
        error.to_string() == self.to_string()
    }

    pub(crate) fn error_type(&self) -> &'static str {
        match self.kind {
            CallKind::Activity => "ActivityFailed",
            CallKind::Workflow => "WorkflowFailed",
        }
    }

    /// The failure of the caller that lets this failure pass: the original details stay beside it, as its cause.
    pub(crate) fn as_details(&self) -> FailureDetails {
        FailureDetails::new(self.error_type(), self.to_string()).with_inner(self.details.clone())
    }
}

impl fmt::Display for CallFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            CallKind::Activity => "activity",
            CallKind::Workflow => "workflow",
        };
        write!(f, "{kind} `{}` failed: {}", self.name, self.details.message)
    }
}

impl StdError for CallFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.details)
    }
}

/// The JSON of the error value that rides as the innermost cause.
fn carried_value(details: &FailureDetails) -> Option<&str> {
    let innermost = core::iter::successors(details.inner.as_deref(), |cause| cause.inner.as_deref())
        .take(CAUSES_MAX)
        .last()?;
    (innermost.error_type == ERROR_VALUE_TYPE).then_some(innermost.message.as_str())
}

/// Adds the JSON of an error value as the innermost cause.
pub(crate) fn carry_value(details: &mut FailureDetails, json: String) {
    let mut cause = &mut details.inner;
    while let Some(inner) = cause {
        cause = &mut inner.inner;
    }
    *cause = Some(Box::new(FailureDetails::new(ERROR_VALUE_TYPE, json)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> FailureDetails {
        FailureDetails::new("Declined", "the card was declined")
    }

    #[test]
    fn a_carried_value_comes_back_and_the_text_stays() {
        let mut details = failed();
        carry_value(&mut details, "42".to_owned());
        let failure = Failure::new(CallKind::Activity, "pay", details, |json| json.parse::<u32>().ok());
        assert_eq!(failure.error(), Some(&42));
        assert_eq!(failure.to_string(), "activity `pay` failed: the card was declined");
    }

    #[test]
    fn a_failure_passed_on_keeps_the_original_as_its_cause() {
        let failure: Failure = Failure::new(CallKind::Activity, "pay", failed(), |_| None);
        let details = crate::Error::from(failure).details();
        assert_eq!(details.error_type, "ActivityFailed");
        assert_eq!(details.inner.as_deref(), Some(&failed()));
    }
}
