use dacapo_engine::Timestamp;
use dacapo_proto::{
    InstanceStatus,
    dapr::{common::v1 as common, runtime::v1 as runtime},
    decode, pb,
};

use super::*;

fn router(field: u32) -> (Vec<u8>, Option<pb::TaskRouter>) {
    let router = pb::TaskRouter { target_app_id: some("bank"), ..Default::default() };
    (message(field, [len(2, "bank")]), Some(router))
}

#[test]
fn workers_announce_capabilities_in_field_4() {
    let capabilities = vec![pb::WorkerCapability::StatefulHistory.into()];
    check([len(4, [2])], pb::GetWorkItemsRequest { capabilities });
}

#[test]
fn requests_that_start_and_end_instances_have_their_numbers() {
    check(
        [
            len(1, "order-1"),
            len(2, "order"),
            wrapped(3, "v1"),
            wrapped(4, "{}"),
            time(5, 60),
            wrapped(7, "exec-1"),
            entry(8, "tier", "gold"),
            message(9, [len(1, "trace")]),
            int(10, 1),
            router(11).0,
        ],
        pb::CreateInstanceRequest {
            instance_id: "order-1".to_owned(),
            name: "order".to_owned(),
            version: some("v1"),
            input: some("{}"),
            scheduled_start_timestamp: seconds(60),
            execution_id: some("exec-1"),
            tags: map("tier", "gold"),
            parent_trace_context: Some(pb::TraceContext {
                trace_parent: "trace".to_owned(),
                ..Default::default()
            }),
            enforce_unique_instance_id: true,
            router: router(11).1,
        },
    );
    check(
        [len(1, "order-1"), wrapped(2, "stop"), int(3, 1), router(4).0],
        pb::TerminateRequest {
            instance_id: "order-1".to_owned(),
            output: some("stop"),
            recursive: true,
            router: router(4).1,
        },
    );
    let by_id = pb::purge_instances_request::Request::InstanceId("order-1".to_owned());
    check(
        [len(1, "order-1"), int(3, 1), int(4, 1), router(5).0],
        pb::PurgeInstancesRequest {
            request: Some(by_id),
            recursive: true,
            force: Some(true),
            router: router(5).1,
        },
    );
    let filter = pb::PurgeInstanceFilter {
        created_time_from: seconds(1),
        created_time_to: seconds(2),
        runtime_status: vec![pb::OrchestrationStatus::Terminated.into()],
    };
    check(
        [message(2, [time(1, 1), time(2, 2), len(3, [5])])],
        pb::PurgeInstancesRequest {
            request: Some(pb::purge_instances_request::Request::PurgeInstanceFilter(filter)),
            ..Default::default()
        },
    );
    check(
        [int(1, 3), message(2, [int(1, 1)])],
        pb::PurgeInstancesResponse { deleted_instance_count: 3, is_complete: Some(true) },
    );
}

#[test]
fn requests_to_running_instances_have_their_numbers() {
    check(
        [len(1, "order-1"), len(2, "go"), wrapped(3, "{}"), router(4).0],
        pb::RaiseEventRequest {
            instance_id: "order-1".to_owned(),
            name: "go".to_owned(),
            input: some("{}"),
            router: router(4).1,
        },
    );
    let instance_id = "order-1".to_owned();
    check(
        [len(1, "order-1"), wrapped(2, "lunch"), router(3).0],
        pb::SuspendRequest { instance_id: instance_id.clone(), reason: some("lunch"), router: router(3).1 },
    );
    check(
        [len(1, "order-1"), wrapped(2, "back"), router(3).0],
        pb::ResumeRequest { instance_id: instance_id.clone(), reason: some("back"), router: router(3).1 },
    );
    check(
        [len(1, "order-1"), int(2, 1), router(3).0],
        pb::GetInstanceRequest { instance_id, get_inputs_and_outputs: true, router: router(3).1 },
    );
}

#[test]
fn rerun_list_and_history_have_their_numbers() {
    check(
        [len(1, "old"), int(2, 4), len(3, "new"), wrapped(4, "{}"), int(5, 1), len(6, "child"), router(7).0],
        pb::RerunWorkflowFromEventRequest {
            source_instance_id: "old".to_owned(),
            event_id: 4,
            new_instance_id: some("new"),
            input: some("{}"),
            overwrite_input: true,
            new_child_workflow_instance_id: some("child"),
            router: router(7).1,
        },
    );
    check(
        [len(1, "next"), int(2, 100)],
        pb::ListInstanceIDsRequest { continuation_token: some("next"), page_size: Some(100) },
    );
    check(
        [len(1, "a"), len(1, "b"), len(2, "next")],
        pb::ListInstanceIDsResponse {
            instance_ids: vec!["a".to_owned(), "b".to_owned()],
            continuation_token: some("next"),
        },
    );
    // The entries are messages on the wire, and bytes here.
    let event = pb::HistoryEvent { event_id: 7, ..Default::default() };
    check(
        [message(1, [int(1, 7)])],
        pb::GetInstanceHistoryResponse { events: vec![event.encode_to_vec().into()] },
    );
}

#[test]
fn the_state_of_an_instance_has_its_numbers() {
    let fields = [
        len(1, "order-1"),
        len(2, "order"),
        wrapped(3, "2"),
        int(4, 5),
        time(5, 1),
        time(6, 2),
        time(7, 3),
        wrapped(8, "{}"),
        wrapped(9, "42"),
        wrapped(10, "\"paying\""),
        message(11, [len(1, "Oops"), len(2, "no")]),
        wrapped(12, "exec-1"),
        time(13, 4),
        wrapped(14, "shop-1"),
        entry(15, "tier", "gold"),
        wrapped(16, "shop"),
        time(17, 5),
    ];
    let answer = [int(1, 1), message(2, fields)].concat();
    let state = decode::instance(pb::GetInstanceResponse::decode(answer.as_slice()).unwrap()).unwrap();

    assert_eq!((state.instance_id.as_str(), state.name.as_str()), ("order-1", "order"));
    assert_eq!(state.status, InstanceStatus::Terminated);
    let times = [state.scheduled_start, state.created, state.last_updated, state.completed, state.started];
    assert_eq!(times, [1, 2, 3, 4, 5].map(|seconds| Some(Timestamp::new(seconds, 0))));
    assert_eq!([state.version, state.input, state.output].map(Option::unwrap), ["2", "{}", "42"]);
    assert_eq!(state.custom_status.as_deref(), Some("\"paying\""));
    assert_eq!(state.failure.unwrap().message, "no");
    assert_eq!(state.execution_id.as_deref(), Some("exec-1"));
    assert_eq!(state.parent_instance_id.as_deref(), Some("shop-1"));
    assert_eq!(state.parent_app_id.as_deref(), Some("shop"));
    assert_eq!(state.tags, map("tier", "gold"));
}

#[test]
fn an_instance_that_does_not_exist_has_no_state() {
    let state = Some(pb::WorkflowState::default());
    assert_eq!(
        decode::instance(pb::GetInstanceResponse { exists: false, workflow_state: state.clone() }),
        None
    );
    assert!(decode::instance(pb::GetInstanceResponse { exists: true, workflow_state: state }).is_some());
}

#[test]
fn a_time_in_year_1_is_absent_and_one_in_year_2_is_not() {
    let created = |seconds| {
        let time = prost_types::Timestamp { seconds, nanos: 999_999_999 };
        decode::state(pb::WorkflowState { created_timestamp: Some(time), ..Default::default() }).created
    };
    assert_eq!(created(-62_135_596_800), None);
    assert_eq!(created(-62_104_060_801), None);
    assert_eq!(created(-62_104_060_800).unwrap().to_string(), "0002-01-01T00:00:00.999999999Z");
}

#[test]
fn the_state_api_has_its_numbers() {
    let etag = || Some(common::Etag { value: "1".to_owned() });
    let options = || Some(common::StateOptions { concurrency: 1, consistency: 2 });
    let item = common::StateItem {
        key: "k".to_owned(),
        value: b"v".to_vec(),
        etag: etag(),
        metadata: map("a", "b"),
        options: options(),
    };
    let item_fields = || {
        [
            len(1, "k"),
            len(2, "v"),
            message(3, [len(1, "1")]),
            entry(4, "a", "b"),
            message(5, [int(1, 1), int(2, 2)]),
        ]
    };
    check(item_fields(), item.clone());
    check(
        [len(1, "store"), message(2, item_fields())],
        runtime::SaveStateRequest { store_name: "store".to_owned(), states: vec![item.clone()] },
    );
    check(
        [len(1, "store"), message(2, [len(1, "upsert"), message(2, item_fields())]), entry(3, "a", "b")],
        runtime::ExecuteStateTransactionRequest {
            store_name: "store".to_owned(),
            operations: vec![runtime::TransactionalStateOperation {
                operation_type: "upsert".to_owned(),
                request: Some(item),
            }],
            metadata: map("a", "b"),
        },
    );
    check(
        [len(1, "store"), len(2, "k"), int(3, 2), entry(4, "a", "b")],
        runtime::GetStateRequest {
            store_name: "store".to_owned(),
            key: "k".to_owned(),
            consistency: common::state_options::StateConsistency::ConsistencyStrong.into(),
            metadata: map("a", "b"),
        },
    );
    check(
        [len(1, "v"), len(2, "1"), entry(3, "a", "b")],
        runtime::GetStateResponse { data: b"v".to_vec(), etag: "1".to_owned(), metadata: map("a", "b") },
    );
    let (store_name, key) = ("store".to_owned(), "k".to_owned());
    check(
        [
            len(1, "store"),
            len(2, "k"),
            message(3, [len(1, "1")]),
            message(4, [int(1, 1), int(2, 2)]),
            entry(5, "a", "b"),
        ],
        runtime::DeleteStateRequest {
            store_name,
            key,
            etag: etag(),
            options: options(),
            metadata: map("a", "b"),
        },
    );
    check(
        [message(1, [len(1, "k"), len(2, "v"), len(3, "1"), len(4, "oops"), entry(5, "a", "b")])],
        runtime::GetBulkStateResponse {
            items: vec![runtime::BulkStateItem {
                key: "k".to_owned(),
                data: b"v".to_vec(),
                etag: "1".to_owned(),
                error: "oops".to_owned(),
                metadata: map("a", "b"),
            }],
        },
    );
}

#[test]
fn workflow_management_and_metadata_have_their_numbers() {
    check(
        [
            len(1, "order-1"),
            len(2, "dapr"),
            len(3, "order"),
            entry(4, "a", "b"),
            len(5, "{}"),
            len(6, "shop"),
        ],
        runtime::StartWorkflowRequest {
            instance_id: "order-1".to_owned(),
            workflow_component: "dapr".to_owned(),
            workflow_name: "order".to_owned(),
            options: map("a", "b"),
            input: b"{}".to_vec(),
            app_id: some("shop"),
        },
    );
    check(
        [len(1, "order-1"), len(2, "dapr"), len(3, "go"), len(4, "{}"), len(5, "shop")],
        runtime::RaiseEventWorkflowRequest {
            instance_id: "order-1".to_owned(),
            workflow_component: "dapr".to_owned(),
            event_name: "go".to_owned(),
            event_data: b"{}".to_vec(),
            app_id: some("shop"),
        },
    );
    check(
        [len(1, "order-1"), len(2, "order"), time(3, 1), time(4, 2), len(5, "RUNNING"), entry(6, "a", "b")],
        runtime::GetWorkflowResponse {
            instance_id: "order-1".to_owned(),
            workflow_name: "order".to_owned(),
            created_at: seconds(1),
            last_updated_at: seconds(2),
            runtime_status: "RUNNING".to_owned(),
            properties: map("a", "b"),
        },
    );
    check(
        [
            len(1, "shop"),
            entry(4, "a", "b"),
            len(8, "1.18.3"),
            len(9, "f"),
            message(10, [int(3, 1), len(4, "placement: connected")]),
            message(11, [len(1, "localhost:50006")]),
            message(12, [int(1, 2)]),
        ],
        runtime::GetMetadataResponse {
            id: "shop".to_owned(),
            extended_metadata: map("a", "b"),
            runtime_version: "1.18.3".to_owned(),
            enabled_features: vec!["f".to_owned()],
            actor_runtime: Some(runtime::ActorRuntime {
                host_ready: true,
                placement: "placement: connected".to_owned(),
            }),
            scheduler: Some(runtime::MetadataScheduler {
                connected_addresses: vec!["localhost:50006".to_owned()],
            }),
            workflows: Some(runtime::MetadataWorkflows { connected_workers: 2 }),
        },
    );
}
