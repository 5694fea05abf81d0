//! Whatever bytes arrive, decoding ends in a value or an error.

// The lint's exemption for tests does not reach the helpers of a test file.
#![allow(clippy::unwrap_used)]

mod schema;
#[path = "../support/mod.rs"]
mod support;

use dacapo_proto::{
    dapr::{common::v1 as common, runtime::v1 as runtime},
    decode, encode, pb,
};
use proptest::{collection::vec, prelude::*};
use prost::Message;

proptest! {
    #![proptest_config(support::config())]

    #[test]
    fn any_bytes_pass_through_every_decoder(bytes in vec(any::<u8>(), 0..200)) {
        through_conversions(&bytes);
    }

    #[test]
    fn each_message_comes_back_from_its_own_encoding(choices in vec(any::<u8>(), 0..300)) {
        each_message_round_trips(&choices)?;
    }

    #[test]
    fn valid_messages_pass_through_every_decoder(choices in vec(any::<u8>(), 0..300)) {
        for name in schema::names() {
            through_conversions(&schema::message(name, &mut choices.iter().copied()));
        }
    }

    #[test]
    fn damaged_events_pass_through_every_decoder(
        event in support::event(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = encode::event_bytes(&event);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        through_conversions(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        through_conversions(&bytes);
    }

    #[test]
    fn damaged_work_items_decode_or_fail(events in vec(support::event(), 1..3), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let chunk = pb::PropagatedHistoryChunk {
            raw_events: events.iter().map(|event| encode::event_bytes(event).into()).collect(),
            app_id: "app".to_owned(),
            ..Default::default()
        };
        let turn = pb::WorkflowRequest {
            new_events: events.iter().map(encode::event).collect(),
            propagated_history: Some(pb::PropagatedHistory { scope: 1, chunks: vec![chunk] }),
            ..Default::default()
        };
        let mut bytes = pb::WorkItem {
            completion_token: "token".to_owned(),
            request: Some(pb::work_item::Request::WorkflowRequest(turn)),
        }
        .encode_to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        through_conversions(&bytes);
    }
}

fn through_conversions(bytes: &[u8]) {
    // Most events have a short way of their own.
    let by_message = pb::HistoryEvent::decode(bytes).ok().map(decode::event);
    assert_eq!(decode::event_bytes(bytes).ok(), by_message);
    if let Ok(event) = decode::event_bytes(bytes) {
        // What is decoded can be sent on.
        assert_eq!(decode::event_bytes(&encode::event_bytes(&event)), Ok(event));
    }
    if let Ok(item) = pb::WorkItem::decode(bytes) {
        decode::work_item(item);
    }
    if let Ok(history) = pb::PropagatedHistory::decode(bytes) {
        let _ = decode::propagated_history(history);
    }
    if let Ok(answer) = pb::GetInstanceResponse::decode(bytes) {
        decode::instance(answer);
    }
    if let Ok(state) = pb::WorkflowState::decode(bytes) {
        decode::state(state);
    }
    if let Ok(details) = pb::TaskFailureDetails::decode(bytes) {
        decode::failure(details);
    }
    if let Ok(time) = prost_types::Timestamp::decode(bytes) {
        decode::timestamp(time);
    }
    if let Ok(context) = pb::TraceContext::decode(bytes) {
        decode::trace_context(context);
    }
}

/// The messages that the test below names, with and without their packages, and their round trips.
macro_rules! round_trips {
    ($($package:literal, $module:ident { $($name:ident)* })*) => {
        const TESTED: &[&str] = &[$($(concat!($package, ".", stringify!($name)),)*)*];

        fn each_message_round_trips(choices: &[u8]) -> Result<(), TestCaseError> {
            $($(
                let name = concat!($package, ".", stringify!($name));
                let bytes = schema::message(name, &mut choices.iter().copied());
                let message = $module::$name::decode(bytes.as_slice());
                prop_assert!(message.is_ok(), "{name}: {message:?}");
                let again = message.as_ref().map(Message::encode_to_vec).unwrap_or_default();
                prop_assert_eq!($module::$name::decode(again.as_slice()), message);
            )*)*
            Ok(())
        }
    };
}

round_trips! {
    "", pb {
        ActivityCompletionAttestation ActivityCompletionAttestationPayload ActivityRequest ActivityResponse
        CachedHistory ChildCompletionAttestation ChildCompletionAttestationPayload
        ChildWorkflowInstanceCompletedEvent ChildWorkflowInstanceCreatedEvent ChildWorkflowInstanceFailedEvent
        CompleteTaskResponse CompleteWorkflowAction ContinueAsNewEvent CreateChildWorkflowAction
        CreateDetachedWorkflowAction CreateInstanceRequest CreateInstanceResponse CreateTimerAction
        DetachedWorkflowInstanceCreatedEvent EventRaisedEvent EventSentEvent ExecutionCompletedEvent
        ExecutionResumedEvent ExecutionStalledEvent ExecutionStartedEvent ExecutionSuspendedEvent
        ExecutionTerminatedEvent ExternalSigningCertificate GetInstanceHistoryRequest
        GetInstanceHistoryResponse GetInstanceRequest GetInstanceResponse GetWorkItemsRequest HistoryEvent
        ListInstanceIDsRequest ListInstanceIDsResponse ParentInstanceInfo PropagatedHistory
        PropagatedHistoryChunk PurgeInstanceFilter PurgeInstancesRequest PurgeInstancesResponse
        RaiseEventRequest RaiseEventResponse RerunParentInstanceInfo RerunWorkflowFromEventRequest
        RerunWorkflowFromEventResponse ResumeRequest ResumeResponse RetryParentInstanceInfo ScheduleTaskAction
        SendEventAction SuspendRequest SuspendResponse TaskCompletedEvent TaskFailedEvent TaskFailureDetails
        TaskRouter TaskScheduledEvent TerminateRequest TerminateResponse TerminateWorkflowAction
        TimerCreatedEvent TimerFiredEvent TimerOriginActivityRetry TimerOriginChildWorkflowRetry
        TimerOriginCreateTimer TimerOriginExternalEvent TraceContext WorkItem WorkflowAction
        WorkflowCompletedEvent WorkflowInstance WorkflowRequest WorkflowResponse WorkflowStartedEvent
        WorkflowState WorkflowVersion WorkflowVersionNotAvailableAction
    }
    ".dapr.proto.common.v1", common { Etag StateItem StateOptions }
    ".dapr.proto.runtime.v1", runtime {
        ActorRuntime BulkStateItem DeleteBulkStateRequest DeleteStateRequest ExecuteStateTransactionRequest
        GetBulkStateRequest GetBulkStateResponse GetMetadataRequest GetMetadataResponse GetStateRequest
        GetStateResponse GetWorkflowRequest GetWorkflowResponse MetadataScheduler MetadataWorkflows PauseWorkflowRequest
        PurgeWorkflowRequest RaiseEventWorkflowRequest ResumeWorkflowRequest SaveStateRequest
        StartWorkflowRequest StartWorkflowResponse TerminateWorkflowRequest TransactionalStateOperation
    }
}

#[test]
fn no_message_is_left_out() {
    let mut tested = TESTED.to_vec();
    tested.sort_unstable();
    assert_eq!(tested, schema::names().collect::<Vec<_>>());
}
