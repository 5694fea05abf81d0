//! The error of everything that talks to a sidecar.

use std::time::Duration;

/// Why a connection, a client call or a worker could not do its work.
///
/// Every text names the thing and what to do about it.
///
/// ```
/// # use dacapo::RuntimeError;
/// fn is_worth_creating(error: &RuntimeError) -> bool {
///     matches!(error, RuntimeError::NotFound { .. })
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// Nothing accepts connections at the address, or the connection was lost before the answer came.
    #[error(
        "no Dapr sidecar answers at {endpoint} ({reason}): start one with `dapr run` or `dacapo-sidecar`, or set \
         DAPR_GRPC_ENDPOINT or DAPR_GRPC_PORT to where it listens"
    )]
    Unreachable {
        /// The address.
        endpoint: String,
        /// What the operating system or the transport says.
        reason: String,
    },
    /// A setting of the connection cannot be used.
    #[error("{setting} is `{value}`, which cannot be used: {reason}")]
    InvalidEndpoint {
        /// The environment variable or the function that the value was given to.
        setting: String,
        /// The value; `***` for a secret.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The sidecar does not accept the API token, or asks for one.
    #[error(
        "the sidecar at {endpoint} refuses the API token ({message}): set DAPR_API_TOKEN to the token that it was started with"
    )]
    Unauthenticated {
        /// The address.
        endpoint: String,
        /// The sidecar's words.
        message: String,
    },
    /// The sidecar answers, but lacks something that workflows need.
    #[error("the sidecar at {endpoint} cannot run workflows ({message}): {remedy}")]
    NotConfigured {
        /// The address.
        endpoint: String,
        /// The sidecar's words.
        message: String,
        /// What to do about it.
        remedy: &'static str,
    },
    /// An instance id that Dapr cannot store or address.
    #[error("`{instance_id}` cannot be an instance id: {reason}")]
    InvalidInstanceId {
        /// The id.
        instance_id: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There is no such instance.
    #[error(
        "there is no workflow instance `{instance_id}`: check the id, or schedule it first; a purged instance is gone"
    )]
    NotFound {
        /// The id.
        instance_id: String,
    },
    /// The id is taken by another instance.
    #[error(
        "the workflow instance `{instance_id}` exists already ({message}): choose another id, or take hold of it with \
         `client.run(..)`"
    )]
    AlreadyExists {
        /// The id.
        instance_id: String,
        /// The sidecar's words.
        message: String,
    },
    /// The instance must have ended for what was asked.
    #[error("the workflow instance `{instance_id}` has not ended yet: wait for it or terminate it first")]
    NotFinished {
        /// The id.
        instance_id: String,
    },
    /// The instance waits for a worker whose code can go on with it.
    #[error(
        "the workflow instance `{instance_id}` is stalled ({reason}): it goes on when a worker that can continue it is \
         deployed; the worker's log names what does not fit"
    )]
    Stalled {
        /// The id.
        instance_id: String,
        /// What the sidecar recorded.
        reason: String,
    },
    /// The sidecar does not know the call.
    #[error("the sidecar does not support {call}: a newer Dapr release does")]
    Unsupported {
        /// The call.
        call: String,
    },
    /// The answer did not come in time; what was asked may happen all the same.
    #[error(
        "{what} took longer than {after:?}: it may still happen; ask for the instance's state, or allow more time"
    )]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long.
        after: Duration,
    },
    /// A value cannot be turned into JSON.
    #[error("{what} cannot be encoded as JSON ({reason}): change its type or its `Serialize` implementation")]
    Payload {
        /// The value.
        what: String,
        /// The encoder's words.
        reason: String,
    },
    /// A recorded text is not of the type that was asked for.
    #[error(
        "{what} is no `{expected}` ({reason}): ask for the type that was recorded, or for the text itself"
    )]
    Undecodable {
        /// The text.
        what: String,
        /// The type.
        expected: String,
        /// The decoder's words.
        reason: String,
    },
    /// A message is larger than this program or the sidecar accepts.
    #[error(
        "{what} is too large ({message}): pass a reference to the data instead, or raise daprd's `--max-body-size` and \
         `Connection::max_message_bytes`"
    )]
    TooLarge {
        /// The message.
        what: String,
        /// The limit that was broken, in the words of the side that enforces it.
        message: String,
    },
    /// Two functions are registered under one name.
    #[error(
        "two functions are registered as the {kind} `{name}`, one at {first} and one at {second}: change `name`, `version` or \
         `latest` of one of them"
    )]
    DuplicateRegistration {
        /// `activity`, `workflow` or `latest version of workflow`.
        kind: &'static str,
        /// The name, with the version if it has one.
        name: String,
        /// Where the first is declared.
        first: String,
        /// Where the second is declared.
        second: String,
    },
    /// A closed workflow calls what the worker does not run.
    #[error(
        "workflow `{workflow}` calls the {kind} `{name}`, which this worker does not run: register it too, or give the call an app id"
    )]
    UnregisteredCall {
        /// The workflow.
        workflow: String,
        /// `activity` or `workflow`.
        kind: &'static str,
        /// The name of what it calls.
        name: String,
    },
    /// Closed workflows receive one event with two payloads.
    #[error(
        "the event `{name}` is received with the payload `{first}` and with `{second}`: declare it once, or give one of them another name"
    )]
    EventPayloads {
        /// The event.
        name: String,
        /// The payload where it is first received.
        first: String,
        /// The payload where it is received otherwise.
        second: String,
    },
    /// An activity takes a `State<T>` that the worker was not given.
    #[error(
        "the activity `{activity}` at {source} takes `State<{state}>`, which the worker does not have: add `.state(..)` with a value of that type"
    )]
    MissingState {
        /// The activity's name.
        activity: String,
        /// The type of the state.
        state: String,
        /// Where the activity is declared.
        r#source: String,
    },
    /// The worker ended by a fault of its own.
    #[error("the worker ended unexpectedly ({message}): this is a bug of dacapo, please report it")]
    WorkerFailed {
        /// The panic's text.
        message: String,
    },
    /// The sidecar refused the call for a reason that has no variant of its own.
    #[error("the sidecar refused {call}: {message} ({code})")]
    Sidecar {
        /// The call.
        call: String,
        /// gRPC's status code, as in its specification: `INVALID_ARGUMENT`, `INTERNAL`.
        code: &'static str,
        /// The sidecar's words.
        message: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_small_enough_to_be_returned_by_value() {
        assert!(size_of::<RuntimeError>() <= 128);
    }

    #[test]
    fn the_place_of_an_activity_is_text_and_no_cause() {
        let error = RuntimeError::MissingState {
            activity: "pay".into(),
            state: "Bank".into(),
            source: "a.rs:1".into(),
        };
        assert!(std::error::Error::source(&error).is_none());
        assert!(error.to_string().contains("`pay` at a.rs:1 takes `State<Bank>`"));
    }
}
