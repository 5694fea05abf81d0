//! Which generated types have a JSON form, and what it looks like: protobuf's, as far as the macros of serde can say
//! it. The rest is in `src/json.rs`.

use tonic_prost_build::Builder;

/// What an exported history consists of.
const MESSAGES: [&str; 31] = [
    ".ExecutionStartedEvent",
    ".ExecutionCompletedEvent",
    ".ExecutionTerminatedEvent",
    ".TaskScheduledEvent",
    ".TaskCompletedEvent",
    ".TaskFailedEvent",
    ".ChildWorkflowInstanceCreatedEvent",
    ".ChildWorkflowInstanceCompletedEvent",
    ".ChildWorkflowInstanceFailedEvent",
    ".TimerOriginCreateTimer",
    ".TimerOriginExternalEvent",
    ".TimerOriginActivityRetry",
    ".TimerOriginChildWorkflowRetry",
    ".TimerFiredEvent",
    ".WorkflowStartedEvent",
    ".WorkflowCompletedEvent",
    ".EventSentEvent",
    ".EventRaisedEvent",
    ".ContinueAsNewEvent",
    ".ExecutionSuspendedEvent",
    ".ExecutionResumedEvent",
    ".ExecutionStalledEvent",
    ".DetachedWorkflowInstanceCreatedEvent",
    ".WorkflowInstance",
    ".TaskRouter",
    ".WorkflowVersion",
    ".TaskFailureDetails",
    ".ParentInstanceInfo",
    ".RerunParentInstanceInfo",
    ".RetryParentInstanceInfo",
    ".TraceContext",
];

/// Messages with a choice between kinds, whose form is written by hand in `src/json.rs`.
const WITH_CHOICE: [(&str, &str); 2] =
    [(".HistoryEvent", "HistoryEventForm"), (".TimerCreatedEvent", "TimerCreatedForm")];

const TIMES: [&str; 2] = [".ExecutionStartedEvent.scheduledStartTimestamp", ".TimerFiredEvent.fireAt"];

/// Fields with numbers of enums, and the module that knows their names.
const NAMED_NUMBERS: [(&str, &str); 4] = [
    (".ExecutionCompletedEvent.workflowStatus", "status"),
    (".ExecutionStalledEvent.reason", "stalled_reason"),
    (".TaskScheduledEvent.historyPropagationScope", "propagation_scope"),
    (".ChildWorkflowInstanceCreatedEvent.historyPropagationScope", "propagation_scope"),
];

/// Names that are not what their Rust names would give.
const SPELLED: [(&str, &str); 7] = [
    (".ExecutionStartedEvent.workflowSpanID", "workflowSpanID"),
    (".TaskRouter.sourceAppID", "sourceAppID"),
    (".TaskRouter.targetAppID", "targetAppID"),
    (".ParentInstanceInfo.appID", "appID"),
    (".RerunParentInstanceInfo.instanceID", "instanceID"),
    (".RetryParentInstanceInfo.instanceID", "instanceID"),
    (".TraceContext.spanID", "spanID"),
];

/// Signatures prove a history to others, and say nothing to a replay.
const LEFT_OUT: [&str; 8] = [
    ".TaskCompletedEvent.attestation",
    ".TaskCompletedEvent.signerCertificate",
    ".TaskFailedEvent.attestation",
    ".TaskFailedEvent.signerCertificate",
    ".ChildWorkflowInstanceCompletedEvent.attestation",
    ".ChildWorkflowInstanceCompletedEvent.signerCertificate",
    ".ChildWorkflowInstanceFailedEvent.attestation",
    ".ChildWorkflowInstanceFailedEvent.signerCertificate",
];

pub(crate) fn configure(mut builder: Builder) -> Builder {
    let derive = "derive(serde::Serialize, serde::Deserialize)";
    for message in MESSAGES {
        let form = format!("{derive}, serde(rename_all = \"camelCase\", default, deny_unknown_fields)");
        let is_absent = "serde(skip_serializing_if = \"crate::json::is_default\")";
        builder = builder
            .message_attribute(message, when_wanted(&form))
            .field_attribute(message, when_wanted(is_absent));
    }
    for (message, form) in WITH_CHOICE {
        let by_hand =
            format!("{derive}, serde(from = \"crate::json::{form}\", into = \"crate::json::{form}\")");
        builder = builder.message_attribute(message, when_wanted(&by_hand));
    }
    let kinds = format!("{derive}, serde(rename_all = \"camelCase\")");
    builder = builder.enum_attribute(".HistoryEvent.eventType", when_wanted(&kinds));
    for field in TIMES {
        builder = builder.field_attribute(field, when_wanted("serde(with = \"crate::json::time\")"));
    }
    for (field, names) in NAMED_NUMBERS {
        let with = format!("serde(with = \"crate::json::{names}\")");
        builder = builder.field_attribute(field, when_wanted(&with));
    }
    for (field, name) in SPELLED {
        builder = builder.field_attribute(field, when_wanted(&format!("serde(rename = \"{name}\")")));
    }
    for field in LEFT_OUT {
        builder = builder.field_attribute(field, when_wanted("serde(skip)"));
    }
    builder
}

fn when_wanted(attributes: &str) -> String {
    format!("#[cfg_attr(feature = \"json\", {attributes})]")
}
