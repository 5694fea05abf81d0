//! The error that stands behind [`Result`]: any error of the program, with what a failure on the wire needs.

use core::error::Error as StdError;
use core::fmt;

use dacapo_engine::FailureDetails;

use crate::failure::CallFailure;

/// What bodies of workflows and activities, and `main`, return: `Result<T>` is `Result<T, dacapo::Error>`.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Any error, ready to become a failure that other programs can read.
///
/// Every `std` error converts into it with `?`; its type name, its text and its chain of sources survive. It does
/// not implement [`std::error::Error`] itself, which is what makes that conversion possible.
///
/// ```
/// fn parse(text: &str) -> dacapo::Result<u32> {
///     Ok(text.parse::<u32>()?)
/// }
/// let error = parse("ten").unwrap_err();
/// assert_eq!(error.error_type(), "ParseIntError");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    error_type: &'static str,
    source: Box<dyn StdError + Send + Sync + 'static>,
    non_retriable: bool,
}

impl Error {
    /// An error that is only a text.
    ///
    /// ```
    /// let error = dacapo::Error::msg("the shelf is empty");
    /// assert_eq!(error.to_string(), "the shelf is empty");
    /// ```
    pub fn msg(text: impl Into<String>) -> Self {
        Self::with_type("Error", text)
    }

    /// An error that is a text, with a name for its type that callers in other languages see.
    ///
    /// ```
    /// let error = dacapo::Error::with_type("OutOfStock", "the shelf is empty");
    /// assert_eq!(error.error_type(), "OutOfStock");
    /// ```
    pub fn with_type(error_type: &'static str, text: impl Into<String>) -> Self {
        Self(Box::new(Inner { error_type, source: Box::new(Message(text.into())), non_retriable: false }))
    }

    /// The same error, marked so that no retry policy tries again (Dapr's `isNonRetriable`).
    ///
    /// ```
    /// let error = dacapo::Error::msg("card stolen").non_retriable();
    /// assert!(error.is_non_retriable());
    /// ```
    #[must_use]
    pub fn non_retriable(mut self) -> Self {
        self.0.non_retriable = true;
        self
    }

    /// Whether retry policies pass this error on at once.
    pub fn is_non_retriable(&self) -> bool {
        self.0.non_retriable
    }

    /// The simple name of the error's type, Dapr's `errorType`.
    pub fn error_type(&self) -> &str {
        call_failure(self.0.source.as_ref()).map_or(self.0.error_type, CallFailure::error_type)
    }

    /// The error that was converted, if it has type `E`.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.source.downcast_ref()
    }

    /// This error as other programs see it: type, text and the chain of its causes.
    pub fn details(&self) -> FailureDetails {
        let mut details = details_of(self.0.error_type, self.0.source.as_ref());
        details.non_retriable |= self.0.non_retriable;
        details
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(source: E) -> Self {
        let error_type = simple_name(core::any::type_name::<E>());
        Self(Box::new(Inner { error_type, source: Box::new(source), non_retriable: false }))
    }
}

impl From<Error> for Box<dyn StdError + Send + Sync + 'static> {
    fn from(error: Error) -> Self {
        error.0.source
    }
}

impl From<Error> for Box<dyn StdError + 'static> {
    fn from(error: Error) -> Self {
        error.0.source
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.source, f)
    }
}

/// The text and its causes, one a line: what `main` prints when it returns an error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.source)?;
        let mut cause = self.0.source.source();
        while let Some(error) = cause {
            write!(f, "\n  caused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Message(String);

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Message {}

/// Says of an error type what its name and text alone do not: how other programs see it.
///
/// Implement it for an error that is returned by activities or workflows to override its type's name, or to stop
/// retries.
///
/// ```
/// #[derive(Debug, thiserror::Error)]
/// #[error("the card was declined")]
/// struct Declined;
///
/// impl dacapo::DescribeError for Declined {
///     fn is_non_retriable(&self) -> bool {
///         true
///     }
/// }
/// ```
pub trait DescribeError {
    /// The name on the wire (`errorType`); the simple name of the type when `None`.
    fn error_type(&self) -> Option<&str> {
        None
    }

    /// Whether retry policies pass this error on at once (`isNonRetriable`).
    fn is_non_retriable(&self) -> bool {
        false
    }
}

/// How many causes travel with a failure.
const CAUSES_MAX: usize = 16;

/// `errorType` of a cause whose own type is not known any more.
const UNNAMED_CAUSE: &str = "Error";

/// An error and its sources as failure details. A source that is itself the failure of a call brings its details
/// along unchanged.
pub(crate) fn details_of(error_type: &str, error: &(dyn StdError + 'static)) -> FailureDetails {
    if let Some(failure) = call_failure(error) {
        return failure.as_details();
    }
    let mut details = FailureDetails::new(error_type, error.to_string());
    details.inner = causes(error.source(), CAUSES_MAX);
    details
}

fn causes(error: Option<&(dyn StdError + 'static)>, left: usize) -> Option<Box<FailureDetails>> {
    let error = error?;
    let left = left.checked_sub(1)?;
    if let Some(recorded) = error.downcast_ref::<FailureDetails>() {
        return Some(Box::new(recorded.clone()));
    }
    if let Some(failure) = call_failure(error) {
        return Some(Box::new(failure.as_details()));
    }
    let mut details = FailureDetails::new(UNNAMED_CAUSE, error.to_string());
    details.inner = causes(error.source(), left);
    Some(Box::new(details))
}

/// The failed call that `error` is, whatever the type of the error inside its [`Failure`](crate::Failure).
fn call_failure<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a CallFailure> {
    error
        .downcast_ref::<CallFailure>()
        .or_else(|| error.source()?.downcast_ref::<CallFailure>().filter(|call| call.is_shown_as(error)))
}

/// `Declined<T>` for `shop::errors::Declined<shop::Card>`, without its arguments: `Declined`.
pub(crate) fn simple_name(path: &'static str) -> &'static str {
    let head = path.split('<').next().unwrap_or(path);
    head.rsplit("::").next().unwrap_or(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no stock")]
    struct NoStock(#[source] std::fmt::Error);

    #[test]
    fn type_text_and_causes_survive() {
        let details = Error::from(NoStock(std::fmt::Error)).details();
        assert_eq!((details.error_type.as_str(), details.message.as_str()), ("NoStock", "no stock"));
        assert_eq!(details.inner.map(|inner| inner.message), Some(std::fmt::Error.to_string()));
    }

    #[test]
    fn simple_names_have_no_path_and_no_arguments() {
        assert_eq!(simple_name("shop::errors::Declined<shop::Card>"), "Declined");
        assert_eq!(simple_name("Declined"), "Declined");
        assert_eq!(simple_name("alloc::boxed::Box<dyn core::error::Error>"), "Box");
    }

    #[test]
    fn debug_prints_the_chain() {
        let text = format!("{:?}", Error::from(NoStock(std::fmt::Error)));
        assert_eq!(text.lines().count(), 2, "{text}");
    }
}
