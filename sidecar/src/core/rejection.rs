//! What a caller is told when a command is refused.

use crate::store::StoreError;

/// A refused command: a gRPC code and a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// The code the caller gets.
    pub code: Code,
    /// The sentence the caller gets.
    pub message: String,
}

/// The gRPC codes that the service answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// `UNKNOWN`, Dapr's answer to most refused operations.
    Unknown,
    /// `INVALID_ARGUMENT`.
    InvalidArgument,
    /// `NOT_FOUND`.
    NotFound,
    /// `ALREADY_EXISTS`.
    AlreadyExists,
    /// `FAILED_PRECONDITION`.
    FailedPrecondition,
    /// `ABORTED`, a lost race on an etag.
    Aborted,
    /// `UNIMPLEMENTED`.
    Unimplemented,
    /// `INTERNAL`.
    Internal,
    /// `UNAVAILABLE`: try again later.
    Unavailable,
    /// `RESOURCE_EXHAUSTED`: the disk is full.
    ResourceExhausted,
}

impl Rejection {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn unknown(message: impl Into<String>) -> Self {
        Self::new(Code::Unknown, message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidArgument, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Code::NotFound, message)
    }

    pub(crate) fn exists(message: impl Into<String>) -> Self {
        Self::new(Code::AlreadyExists, message)
    }
}

impl From<&StoreError> for Rejection {
    fn from(error: &StoreError) -> Self {
        let code = match error {
            StoreError::Full { .. } => Code::ResourceExhausted,
            StoreError::ReadOnly { .. } => Code::Unavailable,
            _ => Code::Internal,
        };
        Self::new(code, error.to_string())
    }
}

/// Why a command did not succeed: refused, or the store failed under it.
#[derive(Debug)]
pub(crate) enum Failure {
    Rejected(Rejection),
    Store(StoreError),
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
