//! What a sidecar's refusals mean. Releases differ in their codes, so texts count too (docs/protocol.md, "Client
//! calls").

use std::fmt;

use tonic::{Code, Status};

use super::rpc::is_local;
use crate::connection::root_cause;
use crate::runtime_error::RuntimeError;

/// What a call was about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    call: &'static str,
    instance_id: Option<&'a str>,
    /// Of an instance that is being started.
    workflow: Option<&'a str>,
}

impl<'a> About<'a> {
    pub(crate) fn call(call: &'static str) -> Self {
        Self { call, instance_id: None, workflow: None }
    }

    pub(crate) fn instance(call: &'static str, instance_id: &'a str) -> Self {
        Self { call, instance_id: Some(instance_id), workflow: None }
    }

    /// Starting an instance.
    pub(crate) fn start(instance_id: &'a str, workflow: &'a str) -> Self {
        Self { workflow: Some(workflow), ..Self::instance("StartInstance", instance_id) }
    }

    /// Whether the answer waits for a turn: without a worker no sidecar does what changes an instance.
    pub(super) fn waits_for_a_worker(&self) -> bool {
        matches!(
            self.call,
            "StartInstance"
                | "RaiseEvent"
                | "SuspendInstance"
                | "ResumeInstance"
                | "TerminateInstance"
                | "PurgeInstances"
                | "RerunWorkflowFromEvent"
        )
    }

    /// What the caller has waited for.
    pub(super) fn awaited(&self) -> String {
        match self.workflow {
            Some(workflow) => format!("the first turn of `{}`, an instance of `{workflow}`", self.id()),
            None => self.to_string(),
        }
    }

    fn id(&self) -> String {
        self.instance_id.unwrap_or_default().to_owned()
    }
}

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.call)?;
        self.instance_id.map_or(Ok(()), |id| write!(f, " of `{id}`"))
    }
}

pub(crate) fn explain(status: &Status, about: &About<'_>, endpoint: &str) -> RuntimeError {
    let message = status.message();
    match status.code() {
        _ if is_too_large(status) => {
            RuntimeError::TooLarge { what: about.to_string(), message: message.to_owned() }
        }
        _ if is_local(status) => lost(status, endpoint),
        _ if let Some(remedy) = missing(message) => {
            RuntimeError::NotConfigured { endpoint: endpoint.to_owned(), message: message.to_owned(), remedy }
        }
        _ if is_unknown_call(status) => RuntimeError::Unsupported { call: about.call.to_owned() },
        Code::Unavailable => lost(status, endpoint),
        Code::Unauthenticated => {
            RuntimeError::Unauthenticated { endpoint: endpoint.to_owned(), message: message.to_owned() }
        }
        Code::AlreadyExists => {
            RuntimeError::AlreadyExists { instance_id: about.id(), message: message.to_owned() }
        }
        Code::NotFound if about.instance_id.is_some() && !names_an_event(message) => {
            RuntimeError::NotFound { instance_id: about.id() }
        }
        Code::Unknown => unknown(message, about),
        code => other(code, message, about),
    }
}

/// What a sidecar needs that says that it lacks something workflows are made of.
fn missing(message: &str) -> Option<&'static str> {
    let remedies = [
        (
            "placement service is not configured",
            "run a placement service and name it with `--placement-host-address`; `dapr init` and `dapr run` do both",
        ),
        (
            "scheduler clients are disabled",
            "run a scheduler and name it with `--scheduler-host-address`; `dapr init` and `dapr run` do both",
        ),
        (
            "state store is not configured to use the actor runtime",
            "give it a state store component whose metadata has `actorStateStore` as \"true\"",
        ),
    ];
    remedies.iter().find(|(text, _)| message.contains(text)).map(|(_, remedy)| *remedy)
}

/// Whether a message broke the sidecar's limit, or an answer our own, which is reported as `OUT_OF_RANGE`. A connection
/// that HTTP/2 closed for its own reasons is reported as `RESOURCE_EXHAUSTED` too, by this side.
pub(crate) fn is_too_large(status: &Status) -> bool {
    match status.code() {
        Code::ResourceExhausted => !is_local(status),
        code => code == Code::OutOfRange,
    }
}

/// Whether the sidecar does not know the call. daprd before 1.18 takes calls that it does not know for calls of other
/// apps, and misses the app's id.
pub(crate) fn is_unknown_call(status: &Status) -> bool {
    match status.code() {
        Code::Unimplemented => true,
        Code::Unknown => status.message().contains("required metadata dapr-callee-app-id"),
        _ => false,
    }
}

/// Most of the sidecar's own errors arrive as UNKNOWN, with a text that has been stable over the releases.
fn unknown(message: &str, about: &About<'_>) -> RuntimeError {
    let instance_id = about.id();
    // Of the workflow or of its actor, as it comes.
    if message.ends_with(" is stalled") {
        RuntimeError::Stalled { instance_id, reason: message.to_owned() }
    } else if message.ends_with("no such instance exists") {
        RuntimeError::NotFound { instance_id }
    } else if message.contains("already exists") {
        RuntimeError::AlreadyExists { instance_id, message: message.to_owned() }
    } else if message.contains("orchestration has not yet completed") {
        RuntimeError::NotFinished { instance_id }
    } else {
        other(Code::Unknown, message, about)
    }
}

fn lost(status: &Status, endpoint: &str) -> RuntimeError {
    let reason = std::error::Error::source(status).map_or_else(|| status.message().to_owned(), root_cause);
    RuntimeError::Unreachable { endpoint: endpoint.to_owned(), reason }
}

fn other(code: Code, message: &str, about: &About<'_>) -> RuntimeError {
    RuntimeError::Sidecar { call: about.to_string(), code: name(code), message: message.to_owned() }
}

/// The history event to run again from is missing, rather than the instance.
fn names_an_event(message: &str) -> bool {
    message.contains("history event") || message.contains("target event")
}

fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: Code, message: &str, expected: &str) {
        let error =
            explain(&Status::new(code, message), &About::instance("PurgeInstances", "a-1"), "http://host:1");
        let variant = format!("{error:?}");
        assert!(variant.starts_with(expected), "{code:?} {message:?} is {variant}");
    }

    #[test]
    fn each_refusal_of_each_release_has_its_variant() {
        check(Code::Unknown, "failed to submit termination request: no such instance exists", "NotFound");
        check(Code::Unknown, "failed to purge workflow state: no such instance exists", "NotFound");
        check(Code::NotFound, "workflow instance 'a-1' not found", "NotFound");
        check(Code::NotFound, "'a-1' does not have history event with ID '7'", "Sidecar");
        check(Code::NotFound, "target event 'X' with ID '7' is not an event that can be rerun", "Sidecar");
        check(Code::AlreadyExists, "an active workflow with ID 'a-1' already exists", "AlreadyExists");
        check(Code::Unknown, "rpc error: an active workflow with ID 'a-1' already exists", "AlreadyExists");
        check(
            Code::AlreadyExists,
            "cannot recreate workflow with ID 'a-1': orchestration has not yet completed",
            "AlreadyExists",
        );
        check(
            Code::Unknown,
            "failed to purge workflow state: orchestration has not yet completed",
            "NotFinished",
        );
        check(Code::Unknown, "failed to raise event: workflow is stalled", "Stalled");
        check(Code::Unknown, "failed to invoke method for workflow 'a-1': actor is stalled", "Stalled");
        check(
            Code::Unknown,
            "a terminated workflow with ID 'a-1' is already awaiting an activity result",
            "Sidecar",
        );
        check(Code::Unimplemented, "unknown method", "Unsupported");
        check(
            Code::Unknown,
            "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found",
            "Unsupported",
        );
        check(Code::Unauthenticated, "api token mismatch", "Unauthenticated");
        check(Code::ResourceExhausted, "grpc: received message larger than max (9 vs. 4)", "TooLarge");
        check(Code::OutOfRange, "decoded message length too large", "TooLarge");
        check(Code::Unavailable, "shutting down", "Unreachable");
        check(
            Code::Unavailable,
            "failed to create workflow instance: api error: placement service is not configured",
            "NotConfigured",
        );
        check(Code::Unknown, "scheduler clients are disabled", "NotConfigured");
        check(
            Code::Internal,
            "the state store is not configured to use the actor runtime. Have you set ..",
            "NotConfigured",
        );
        check(Code::InvalidArgument, "instance id is required", "Sidecar");
        check(Code::Internal, "no such instance exists", "Sidecar");
    }

    #[test]
    fn a_connection_that_http2_closed_is_lost_and_nothing_was_too_large() {
        let mut status = Status::new(Code::ResourceExhausted, "h2 protocol error: http2 error");
        status.set_source(std::sync::Arc::new(std::io::Error::other("too_many_internal_resets")));
        let error = explain(&status, &About::call("GetInstance"), "http://host:1");
        assert!(matches!(error, RuntimeError::Unreachable { .. }), "{error}");
    }

    #[test]
    fn the_error_names_the_instance_and_the_call() {
        let about = About::instance("RaiseEvent", "a-1");
        let error = explain(&Status::new(Code::Internal, "boom"), &about, "http://host:1");
        assert_eq!(error.to_string(), "the sidecar refused RaiseEvent of `a-1`: boom (INTERNAL)");
    }
}
