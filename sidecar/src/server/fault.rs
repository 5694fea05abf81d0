//! What the management and state calls refuse with: one table for gRPC and HTTP.
//! See docs/protocol.md, "HTTP API".

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tonic::{Code, Status};

/// A refused call, as both protocols tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Dapr's name of the error.
    pub(super) name: &'static str,
    pub(super) http: StatusCode,
    pub(super) code: Code,
    pub(super) message: String,
}

impl Fault {
    /// A request that is wrong in itself.
    pub(super) fn bad(name: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { name, http: StatusCode::BAD_REQUEST, code: Code::InvalidArgument, message }
    }

    /// An operation that failed.
    pub(super) fn failed(name: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { name, http: StatusCode::INTERNAL_SERVER_ERROR, code: Code::Internal, message }
    }

    /// A request whose text cannot be read.
    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::bad("ERR_MALFORMED_REQUEST", message)
    }

    /// A request that named something it must not.
    pub(super) fn refused(name: &'static str, status: &Status) -> Self {
        let (code, message) = (status.code(), status.message().to_owned());
        Self { name, http: StatusCode::BAD_REQUEST, code, message }
    }
}

impl From<Fault> for Status {
    fn from(fault: Fault) -> Self {
        Self::new(fault.code, fault.message)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "errorCode": self.name, "message": self.message });
        let json = [(header::CONTENT_TYPE, "application/json")];
        (self.http, json, body.to_string()).into_response()
    }
}
