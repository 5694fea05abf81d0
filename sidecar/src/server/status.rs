//! Rejections as gRPC statuses.

use tonic::Status;

use crate::core::{Code, Rejection};

impl From<Rejection> for Status {
    fn from(rejection: Rejection) -> Self {
        let code = match rejection.code {
            Code::Unknown => tonic::Code::Unknown,
            Code::InvalidArgument => tonic::Code::InvalidArgument,
            Code::NotFound => tonic::Code::NotFound,
            Code::AlreadyExists => tonic::Code::AlreadyExists,
            Code::FailedPrecondition => tonic::Code::FailedPrecondition,
            Code::Aborted => tonic::Code::Aborted,
            Code::Unimplemented => tonic::Code::Unimplemented,
            Code::Internal => tonic::Code::Internal,
            Code::Unavailable => tonic::Code::Unavailable,
            Code::ResourceExhausted => tonic::Code::ResourceExhausted,
        };
        Self::new(code, rejection.message)
    }
}

/// What a handler says when the core answers a command with the reply to another one.
pub(super) fn unexpected_reply() -> Status {
    Status::internal("the sidecar answered another question; this is a bug in dacapo-sidecar")
}
