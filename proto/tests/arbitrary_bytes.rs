//! Whatever bytes arrive, decoding ends in a value or an error.

// The lint's exemption for tests does not reach the helpers of a test file.
#![allow(clippy::unwrap_used)]

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
        through_all(&bytes)?;
    }

    #[test]
    fn bytes_shaped_like_messages_pass_through_every_decoder(bytes in message_shaped()) {
        through_all(&bytes)?;
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
        through_all(&bytes)?;
        bytes.truncate(cut.index(bytes.len()));
        through_all(&bytes)?;
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
        through_all(&bytes)?;
    }
}

/// Bytes that follow the grammar of the wire format: fields with numbers that exist, of every wire type, nested.
fn message_shaped() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        any::<u64>().prop_map(Content::Varint),
        (-2i64..40).prop_map(|small| Content::Varint(small.cast_unsigned())),
        ".{0,8}".prop_map(|text| Content::Bytes(text.into_bytes())),
        any::<[u8; 8]>().prop_map(Content::Fixed64),
        any::<[u8; 4]>().prop_map(Content::Fixed32),
    ];
    let field = leaf.prop_recursive(5, 60, 6, |inner| {
        vec((1u32..34, inner), 0..6).prop_map(|fields| Content::Bytes(wire(&fields)))
    });
    vec((1u32..34, field), 0..8).prop_map(|fields| wire(&fields))
}

#[derive(Clone, Debug)]
enum Content {
    Varint(u64),
    Fixed64([u8; 8]),
    Bytes(Vec<u8>),
    Fixed32([u8; 4]),
}

fn wire(fields: &[(u32, Content)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, content) in fields {
        let key = |wire_type: u32| u64::from(number << 3 | wire_type);
        match content {
            Content::Varint(value) => {
                varint(&mut out, key(0));
                varint(&mut out, *value);
            }
            Content::Fixed64(bytes) => {
                varint(&mut out, key(1));
                out.extend(bytes);
            }
            Content::Bytes(bytes) => {
                varint(&mut out, key(2));
                varint(&mut out, bytes.len() as u64);
                out.extend(bytes);
            }
            Content::Fixed32(bytes) => {
                varint(&mut out, key(5));
                out.extend(bytes);
            }
        }
    }
    out
}

fn varint(out: &mut Vec<u8>, value: u64) {
    prost::encoding::encode_varint(value, out);
}

fn through_all(bytes: &[u8]) -> Result<(), TestCaseError> {
    through_conversions(bytes);
    through_messages(bytes)
}

fn through_conversions(bytes: &[u8]) {
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

/// Decodes `bytes` as each message; what can be decoded comes back the same from its own encoding.
macro_rules! each_message {
    ($bytes:ident, $package:ident { $($name:ident)* }) => {
        $(if let Ok(message) = $package::$name::decode($bytes) {
            prop_assert_eq!($package::$name::decode(message.encode_to_vec().as_slice()), Ok(message));
        })*
    };
}

fn through_messages(bytes: &[u8]) -> Result<(), TestCaseError> {
    each_message!(bytes, pb {
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
    });
    each_message!(bytes, common { Etag StateItem StateOptions });
    each_message!(bytes, runtime {
        BulkStateItem DeleteBulkStateRequest DeleteStateRequest ExecuteStateTransactionRequest
        GetBulkStateRequest GetBulkStateResponse GetMetadataRequest GetMetadataResponse GetStateRequest
        GetStateResponse GetWorkflowRequest GetWorkflowResponse MetadataWorkflows PauseWorkflowRequest
        PurgeWorkflowRequest RaiseEventWorkflowRequest ResumeWorkflowRequest SaveStateRequest
        StartWorkflowRequest StartWorkflowResponse TerminateWorkflowRequest TransactionalStateOperation
    });
    Ok(())
}
