//! The service over real gRPC, with a scripted worker.

mod common;

use std::time::Duration;

use common::*;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use dacapo_proto::pb::{self, OrchestrationStatus, work_item};
use dacapo_sidecar::Sidecar;
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
