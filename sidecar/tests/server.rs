//! The service over real gRPC, with a scripted worker.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod common;

use std::time::Duration;

use common::*;
use dacapo_proto::dapr::common::v1::StateItem;
use dacapo_proto::dapr::runtime::v1 as dapr;
use dacapo_proto::dapr::runtime::v1::dapr_client::DaprClient;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use dacapo_proto::pb::{self, OrchestrationStatus, work_item};
use dacapo_sidecar::Sidecar;
use prost::Message as _;
use tonic::transport::Channel;
use tonic::{Code, Streaming};

type Hub = TaskHubSidecarServiceClient<Channel>;

async fn connect(sidecar: &Sidecar) -> Hub {
    let channel = Channel::from_shared(sidecar.endpoint()).unwrap().connect().await.unwrap();
    Hub::new(channel)
}

async fn work(hub: &mut Hub) -> Streaming<pb::WorkItem> {
    hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap().into_inner()
}

async fn turn(items: &mut Streaming<pb::WorkItem>) -> (pb::WorkflowRequest, String) {
    let item = items.message().await.unwrap().unwrap();
    match item.request {
        Some(work_item::Request::WorkflowRequest(request)) => (request, item.completion_token),
        other => panic!("expected a turn, got {other:?}"),
    }
}

async fn activity(items: &mut Streaming<pb::WorkItem>) -> (pb::ActivityRequest, String) {
    let item = items.message().await.unwrap().unwrap();
    match item.request {
        Some(work_item::Request::ActivityRequest(request)) => (request, item.completion_token),
        other => panic!("expected an activity, got {other:?}"),
    }
}

async fn answer(hub: &mut Hub, token: String, id: &str, actions: Vec<pb::WorkflowAction>) {
    let response = pb::WorkflowResponse {
        instance_id: id.into(),
        actions,
        completion_token: token,
        ..pb::WorkflowResponse::default()
    };
    hub.complete_workflow_task(response).await.unwrap();
}

#[tokio::test]
async fn a_workflow_with_an_activity_runs_to_its_end() {
    let sidecar = Sidecar::builder().in_memory().app_id("shop").start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let mut items = work(&mut hub).await;
    let mut client = hub.clone();
    let started = tokio::spawn(async move { client.start_instance(request("order-1", "order")).await });

    let (first, token) = turn(&mut items).await;
    assert_eq!(words(&first.new_events), ["turn", "start \"in\""]);
    let router = first.new_events[1].router.clone().unwrap();
    assert_eq!(router.source_app_id, "shop");
    answer(&mut hub, token, "order-1", vec![task(0, "pay")]).await;
    assert_eq!(started.await.unwrap().unwrap().into_inner().instance_id, "order-1");

    let (pay, token) = activity(&mut items).await;
    assert_eq!((pay.name.as_str(), pay.task_id, pay.task_execution_id.as_str()), ("pay", 0, "call-0"));
    let response = pb::ActivityResponse {
        instance_id: "order-1".into(),
        task_id: 0,
        result: Some("\"paid\"".into()),
        failure_details: None,
        completion_token: token,
    };
    hub.complete_activity_task(response).await.unwrap();

    let (second, token) = turn(&mut items).await;
    assert_eq!(words(&decode(&second.past_events)), ["turn", "start \"in\"", "task(0) pay"]);
    assert_eq!(words(&second.new_events), ["turn", "done(0) \"paid\""]);
    answer(&mut hub, token, "order-1", vec![complete(1, "\"ok\"")]).await;

    let ended = hub.wait_for_instance_completion(get("order-1")).await.unwrap().into_inner();
    let state = ended.workflow_state.unwrap();
    assert_eq!(state.workflow_status(), OrchestrationStatus::Completed);
    assert_eq!((state.input.as_deref(), state.output.as_deref()), (Some("\"in\""), Some("\"ok\"")));
    sidecar.shutdown().await;
}

#[tokio::test]
async fn what_a_lost_stream_carried_is_given_to_another() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let mut other = connect(&sidecar).await;
    let mut lost = work(&mut hub).await;
    let mut client = other.clone();
    let started = tokio::spawn(async move { client.start_instance(request("a", "w")).await });
    let (_, old_token) = turn(&mut lost).await;
    drop(lost);
    let mut items = work(&mut other).await;
    let (_, token) = turn(&mut items).await;
    assert_ne!(old_token, token);
    answer(&mut other, old_token, "a", vec![complete(0, "\"stale\"")]).await;
    answer(&mut other, token, "a", vec![complete(0, "\"fresh\"")]).await;
    started.await.unwrap().unwrap();
    let state = other.get_instance(get("a")).await.unwrap().into_inner().workflow_state.unwrap();
    assert_eq!(state.output.as_deref(), Some("\"fresh\""));
    sidecar.shutdown().await;
}

#[tokio::test]
async fn shutting_down_ends_streams_and_waits() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let mut items = work(&mut hub).await;
    let mut client = hub.clone();
    let waiting = tokio::spawn(async move { client.wait_for_instance_completion(get("nobody")).await });
    // The wait has arrived once a later call on the same connection is answered.
    while !hub.get_instance(get("nobody")).await.is_ok_and(|answer| !answer.into_inner().exists) {}
    tokio::time::timeout(Duration::from_secs(10), sidecar.shutdown()).await.unwrap();
    let ended = items.message().await.unwrap_err();
    assert_eq!((ended.code(), ended.message()), (Code::Cancelled, "shutting down"));
    assert_eq!(waiting.await.unwrap().unwrap_err().code(), Code::Unavailable);
}

async fn connect_dapr(sidecar: &Sidecar) -> DaprClient<Channel> {
    DaprClient::new(Channel::from_shared(sidecar.endpoint()).unwrap().connect().await.unwrap())
}

#[tokio::test]
async fn state_is_saved_read_and_refused_over_the_wire() {
    let sidecar = Sidecar::builder().in_memory().state_stores(["kv"]).start().await.unwrap();
    let mut client = connect_dapr(&sidecar).await;
    let states = vec![StateItem { key: "k".into(), value: b"1".to_vec(), ..StateItem::default() }];
    let save = dapr::SaveStateRequest { store_name: "kv".into(), states };
    client.save_state(save.clone()).await.unwrap();
    let read = dapr::GetStateRequest {
        store_name: "kv".into(),
        key: "k".into(),
        ..dapr::GetStateRequest::default()
    };
    assert_eq!(client.get_state(read).await.unwrap().into_inner().data, b"1");
    let unknown = dapr::SaveStateRequest { store_name: "statestore".into(), ..save };
    let refused = client.save_state(unknown).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(refused.message(), "state store statestore is not found");
    sidecar.shutdown().await;
}

#[tokio::test]
async fn metadata_counts_connected_workers() {
    let sidecar = Sidecar::builder().in_memory().app_id("shop").start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let mut client = connect_dapr(&sidecar).await;
    let _items = work(&mut hub).await;
    let metadata = client.get_metadata(dapr::GetMetadataRequest {}).await.unwrap().into_inner();
    assert_eq!((metadata.id.as_str(), metadata.workflows.unwrap().connected_workers), ("shop", 1));
    sidecar.shutdown().await;
}

#[tokio::test]
async fn workflows_are_managed_without_waiting() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut client = connect_dapr(&sidecar).await;
    let start = dapr::StartWorkflowRequest {
        instance_id: "a-1".into(),
        workflow_component: "dapr".into(),
        workflow_name: "w".into(),
        input: b"1".to_vec(),
        ..dapr::StartWorkflowRequest::default()
    };
    let started = client.start_workflow_beta1(start.clone()).await.unwrap().into_inner();
    assert_eq!(started.instance_id, "a-1");
    let again = client.start_workflow_alpha1(start.clone()).await.unwrap_err();
    assert_eq!(again.code(), Code::Internal);
    let message = "error starting workflow 'w': an active workflow with ID 'a-1' already exists";
    assert_eq!(again.message(), message);

    let get = |id: &str| dapr::GetWorkflowRequest { instance_id: id.into(), ..Default::default() };
    let pending = client.get_workflow_beta1(get("a-1")).await.unwrap().into_inner();
    assert_eq!((pending.runtime_status.as_str(), pending.workflow_name.as_str()), ("PENDING", "w"));
    assert_eq!(pending.properties["dapr.workflow.input"], "1");
    let unknown = client.get_workflow_beta1(get("x")).await.unwrap().into_inner();
    assert_eq!((unknown.instance_id.as_str(), unknown.properties.len()), ("x", 0));

    let raise = |id: &str| dapr::RaiseEventWorkflowRequest {
        instance_id: id.into(),
        event_name: "e".into(),
        ..Default::default()
    };
    client.raise_event_workflow_beta1(raise("a-1")).await.unwrap();
    let refused = client.raise_event_workflow_beta1(raise("x")).await.unwrap_err();
    assert_eq!(refused.message(), "error raising event on workflow 'x': no such instance exists");
    client
        .pause_workflow_beta1(dapr::PauseWorkflowRequest { instance_id: "a-1".into(), ..Default::default() })
        .await
        .unwrap();
    client
        .resume_workflow_beta1(dapr::ResumeWorkflowRequest {
            instance_id: "a-1".into(),
            ..Default::default()
        })
        .await
        .unwrap();
    client
        .terminate_workflow_beta1(dapr::TerminateWorkflowRequest {
            instance_id: "a-1".into(),
            ..Default::default()
        })
        .await
        .unwrap();

    let mut hub = connect(&sidecar).await;
    let mut items = work(&mut hub).await;
    let (first, token) = turn(&mut items).await;
    let seen = ["turn", "start 1", "raised e -", "suspend", "resume", "terminate"];
    assert_eq!(words(&first.new_events), seen);
    answer(&mut hub, token, "a-1", vec![]).await;
    let purge = |id: &str| dapr::PurgeWorkflowRequest { instance_id: id.into(), ..Default::default() };
    client.purge_workflow_beta1(purge("a-1")).await.unwrap();
    let refused = client.purge_workflow_beta1(purge("a-1")).await.unwrap_err();
    let message = "unable to find workflow with the provided instance ID: a-1";
    assert_eq!((refused.code(), refused.message()), (Code::NotFound, message));
    sidecar.shutdown().await;
}

#[tokio::test]
async fn bad_management_requests_are_refused_in_dapr_words() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut client = connect_dapr(&sidecar).await;
    let start = |id: &str, name: &str, time: &str| dapr::StartWorkflowRequest {
        instance_id: id.into(),
        workflow_name: name.into(),
        options: [("dapr.workflow.start_time".to_owned(), time.to_owned())].into(),
        ..dapr::StartWorkflowRequest::default()
    };
    let time = "2035-01-01T00:00:00Z";
    let cases = [
        (start("a", "", time), Code::InvalidArgument, "workflow name is not configured"),
        (
            start(&"x".repeat(65), "w", time),
            Code::InvalidArgument,
            "workflow instance ID exceeds the max length",
        ),
        (start("a b", "w", time), Code::InvalidArgument, "workflow instance ID 'a b' is invalid"),
        (start("a", "w", "soon"), Code::Internal, "error starting workflow 'w': "),
    ];
    for (request, code, text) in cases {
        let refused = client.start_workflow_beta1(request).await.unwrap_err();
        assert_eq!(refused.code(), code, "{text}");
        assert!(refused.message().starts_with(text), "{}", refused.message());
    }
    client.start_workflow_beta1(start(&"x".repeat(64), "w", time)).await.unwrap();
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_request_for_another_app_is_refused() {
    let sidecar = Sidecar::builder().in_memory().app_id("shop").start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let router = |app: &str| pb::TaskRouter { target_app_id: Some(app.into()), ..Default::default() };
    let there = pb::GetInstanceRequest { router: Some(router("other")), ..get("a") };
    let refused = hub.get_instance(there).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("'other'") && refused.message().contains("'shop'"));
    let here = pb::GetInstanceRequest { router: Some(router("shop")), ..get("a") };
    assert!(!hub.get_instance(here).await.unwrap().into_inner().exists);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn other_methods_say_what_to_use() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let channel = Channel::from_shared(sidecar.endpoint()).unwrap().connect().await.unwrap();
    let mut grpc = tonic::client::Grpc::new(channel);
    for path in ["/dapr.proto.runtime.v1.Dapr/PublishEvent", "/nonsense", "/TaskHubSidecarService/Nonsense"] {
        grpc.ready().await.unwrap();
        let codec = tonic_prost::ProstCodec::<(), ()>::default();
        let path = tonic::codegen::http::uri::PathAndQuery::from_static(path);
        let refused = grpc.unary(tonic::Request::new(()), path.clone(), codec).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unimplemented, "{path}");
        let expected =
            if path.as_str().starts_with("/TaskHub") { "" } else { "run Dapr for everything else" };
        assert!(refused.message().ends_with(expected), "{}", refused.message());
    }
    sidecar.shutdown().await;
}

#[tokio::test]
async fn an_unread_stream_does_not_keep_others_from_working() {
    let sidecar = Sidecar::builder().in_memory().shutdown_grace(Duration::ZERO).start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let _unread = work(&mut hub).await;
    let mut other = connect(&sidecar).await;
    let mut items = work(&mut other).await;
    let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
    for number in 0..300 {
        let id = format!("i{number}");
        hub.start_instance(pb::CreateInstanceRequest { scheduled_start_timestamp, ..request(&id, "w") })
            .await
            .unwrap();
    }
    // Who answers gets more than who does not.
    for _ in 0..150 {
        let (request, token) = turn(&mut items).await;
        answer(&mut other, token, &request.instance_id, vec![complete(0, "1")]).await;
    }
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_call_with_a_deadline_leaves_no_wait_behind() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let mut wait = tonic::Request::new(get("nobody"));
    wait.set_timeout(Duration::from_millis(20));
    let ended = hub.wait_for_instance_completion(wait).await.unwrap_err();
    assert!(matches!(ended.code(), Code::Cancelled | Code::DeadlineExceeded), "{ended:?}");
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_refused_and_one_within_it_is_not() {
    let limit = 100_000;
    let sidecar = Sidecar::builder().in_memory().message_bytes_max(limit).start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 });
    let sized = |bytes: usize| pb::CreateInstanceRequest {
        scheduled_start_timestamp,
        input: Some("x".repeat(bytes)),
        ..request("a", "w")
    };
    let around = sized(0).encoded_len() + 6;
    let refused = hub.start_instance(sized(limit - around + 1)).await.unwrap_err();
    let message = format!("grpc: received message larger than max ({} vs. {limit})", limit + 1);
    assert_eq!((refused.code(), refused.message()), (Code::ResourceExhausted, message.as_str()));
    hub.start_instance(sized(limit - around)).await.unwrap();
    sidecar.shutdown().await;
}

#[tokio::test]
async fn large_payloads_are_fine_by_default() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut hub = connect(&sidecar).await.max_decoding_message_size(usize::MAX);
    let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 });
    let input = Some("x".repeat(20_000_000));
    let large = pb::CreateInstanceRequest { scheduled_start_timestamp, input, ..request("a", "w") };
    hub.start_instance(large.clone()).await.unwrap();
    let state = hub.get_instance(get("a")).await.unwrap().into_inner().workflow_state.unwrap();
    assert_eq!(state.input, large.input);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_thousand_waits_do_not_keep_a_worker_on_the_same_connection_from_answering() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let mut items = work(&mut hub).await;
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..1000 {
        let mut client = hub.clone();
        calls.spawn(async move { client.start_instance(request(&format!("i{number}"), "w")).await });
    }
    for _ in 0..1000 {
        let (request, token) = turn(&mut items).await;
        answer(&mut hub, token, &request.instance_id, vec![complete(0, "1")]).await;
    }
    while let Some(started) = calls.join_next().await {
        started.unwrap().unwrap();
    }
    sidecar.shutdown().await;
}

#[tokio::test]
async fn an_instance_goes_to_the_stream_that_knows_it() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut hub = connect(&sidecar).await;
    let capabilities = vec![pb::WorkerCapability::StatefulHistory as i32];
    let remembering = pb::GetWorkItemsRequest { capabilities };
    let mut first = hub.get_work_items(remembering.clone()).await.unwrap().into_inner();
    let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
    hub.start_instance(pb::CreateInstanceRequest { scheduled_start_timestamp, ..request("a", "w") })
        .await
        .unwrap();
    let (_, token) = turn(&mut first).await;
    let _second = hub.get_work_items(remembering).await.unwrap().into_inner();
    answer(&mut hub, token, "a", vec![]).await;
    for round in 0..4 {
        hub.raise_event(raise("a", "e", "1")).await.unwrap();
        let (request, token) = turn(&mut first).await;
        let expected = (round > 0).then_some(2 * round);
        assert_eq!(request.cached_history.map(|cached| cached.event_count), expected);
        answer(&mut hub, token, "a", vec![]).await;
    }
    sidecar.shutdown().await;
}
