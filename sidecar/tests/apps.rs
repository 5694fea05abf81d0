//! Several apps on one sidecar, over the wire: by port and by name.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod common;

use std::task::{Context, Poll};

use common::*;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use dacapo_proto::pb::{self, OrchestrationStatus, work_item};
use dacapo_sidecar::Sidecar;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::transport::Channel;
use tonic::{Code, Streaming};

type Hub = TaskHubSidecarServiceClient<WithHeader>;
type Header = Option<(&'static str, &'static str)>;

/// A connection that sends a header with every call.
#[derive(Clone)]
struct WithHeader {
    channel: Channel,
    header: Header,
}

impl Service<http::Request<Body>> for WithHeader {
    type Response = <Channel as Service<http::Request<Body>>>::Response;
    type Error = <Channel as Service<http::Request<Body>>>::Error;
    type Future = <Channel as Service<http::Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.channel.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        if let Some((name, value)) = self.header {
            request.headers_mut().insert(name, http::HeaderValue::from_static(value));
        }
        self.channel.call(request)
    }
}

async fn connect(endpoint: String, header: Header) -> Hub {
    let channel = Channel::from_shared(endpoint).unwrap().connect().await.unwrap();
    Hub::new(WithHeader { channel, header })
}

async fn work(hub: &mut Hub) -> Streaming<pb::WorkItem> {
    hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap().into_inner()
}

async fn answer_turn(hub: &mut Hub, items: &mut Streaming<pb::WorkItem>, actions: Vec<pb::WorkflowAction>) {
    let item = items.message().await.unwrap().unwrap();
    let Some(work_item::Request::WorkflowRequest(turn)) = item.request else { panic!("no turn: {item:?}") };
    let response = pb::WorkflowResponse {
        instance_id: turn.instance_id,
        actions,
        completion_token: item.completion_token,
        ..pb::WorkflowResponse::default()
    };
    hub.complete_workflow_task(response).await.unwrap();
}

async fn answer_activity(hub: &mut Hub, items: &mut Streaming<pb::WorkItem>, result: &str) {
    let item = items.message().await.unwrap().unwrap();
    let Some(work_item::Request::ActivityRequest(activity)) = item.request else { panic!("{item:?}") };
    let response = pb::ActivityResponse {
        instance_id: activity.workflow_instance.unwrap().instance_id,
        task_id: activity.task_id,
        result: Some(result.into()),
        failure_details: None,
        completion_token: item.completion_token,
    };
    hub.complete_activity_task(response).await.unwrap();
}

/// A workflow of one app calls an activity and a child of the other.
async fn call_across(mut shop: Hub, mut warehouse: Hub) {
    let (mut shop_items, mut warehouse_items) = (work(&mut shop).await, work(&mut warehouse).await);
    let mut client = shop.clone();
    let started = tokio::spawn(async move { client.start_instance(request("order", "w")).await });
    let calls = vec![routed("warehouse", task(0, "pick")), routed("warehouse", child(1, "pack", "packing"))];
    answer_turn(&mut shop, &mut shop_items, calls).await;
    started.await.unwrap().unwrap();
    answer_activity(&mut warehouse, &mut warehouse_items, "\"picked\"").await;
    answer_turn(&mut shop, &mut shop_items, vec![]).await;
    answer_turn(&mut warehouse, &mut warehouse_items, vec![complete(0, "\"packed\"")]).await;
    answer_turn(&mut shop, &mut shop_items, vec![complete(2, "\"done\"")]).await;
    let ended = shop.wait_for_instance_completion(get("order")).await.unwrap().into_inner();
    assert_eq!(ended.workflow_state.unwrap().workflow_status(), OrchestrationStatus::Completed);
    assert!(!shop.get_instance(get("packing")).await.unwrap().into_inner().exists);
    assert!(warehouse.get_instance(get("packing")).await.unwrap().into_inner().exists);
}

#[tokio::test]
async fn apps_with_ports_of_their_own_call_each_other() {
    let sidecar = Sidecar::builder().app_id("shop").app_on("warehouse", 0).start().await.unwrap();
    let warehouse = connect(sidecar.endpoint_of("warehouse").unwrap(), None).await;
    call_across(connect(sidecar.endpoint(), None).await, warehouse).await;
    sidecar.shutdown().await;
}

#[tokio::test]
async fn apps_named_by_a_header_call_each_other_on_one_port() {
    let sidecar = Sidecar::builder().app_id("shop").app("warehouse").start().await.unwrap();
    assert_eq!(sidecar.endpoint_of("warehouse"), None);
    let warehouse = connect(sidecar.endpoint(), Some(("dapr-app-id", "warehouse"))).await;
    call_across(connect(sidecar.endpoint(), Some(("dapr-app-id", "shop"))).await, warehouse).await;
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_router_names_the_app_of_a_client_call() {
    let sidecar = Sidecar::builder().app_id("shop").app("warehouse").start().await.unwrap();
    let mut hub = connect(sidecar.endpoint(), None).await;
    let mut warehouse = connect(sidecar.endpoint(), Some(("dapr-app-id", "warehouse"))).await;
    let target_app_id = Some("warehouse".to_owned());
    let router = Some(pb::TaskRouter { target_app_id, ..pb::TaskRouter::default() });
    let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 });
    let start = pb::CreateInstanceRequest { router, scheduled_start_timestamp, ..request("x", "w") };
    hub.start_instance(start).await.unwrap();
    assert!(!hub.get_instance(get("x")).await.unwrap().into_inner().exists);
    assert!(warehouse.get_instance(get("x")).await.unwrap().into_inner().exists);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn an_app_that_is_not_served_is_refused_with_those_that_are() {
    let sidecar = Sidecar::builder().app_id("shop").app("warehouse").start().await.unwrap();
    let mut hub = connect(sidecar.endpoint(), Some(("dapr-app-id", "nowhere"))).await;
    let refused = hub.hello(()).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let text = refused.message();
    assert!(text.contains("'nowhere'") && text.contains("'shop', 'warehouse'"), "{text}");
    sidecar.shutdown().await;
}

#[tokio::test]
async fn without_the_token_nothing_is_answered() {
    let sidecar = Sidecar::builder().api_token("secret").start().await.unwrap();
    let mut stranger = connect(sidecar.endpoint(), None).await;
    let refused = stranger.hello(()).await.unwrap_err();
    assert_eq!(
        (refused.code(), refused.message()),
        (Code::Unauthenticated, "missing api token in request metadata")
    );
    assert!(stranger.get_work_items(pb::GetWorkItemsRequest::default()).await.is_err());
    let mut wrong = connect(sidecar.endpoint(), Some(("dapr-api-token", "Secret"))).await;
    let refused = wrong.get_instance(get("a")).await.unwrap_err();
    assert_eq!(refused.message(), "authentication error: api token mismatch");
    let mut friend = connect(sidecar.endpoint(), Some(("dapr-api-token", "secret"))).await;
    friend.hello(()).await.unwrap();
    sidecar.shutdown().await;
}

#[tokio::test]
async fn an_address_of_the_network_needs_a_token_or_a_word() {
    let error = Sidecar::builder().host("0.0.0.0").start().await.unwrap_err().to_string();
    assert!(error.contains("0.0.0.0:0 can be reached from other machines"), "{error}");
    assert!(error.contains("DAPR_API_TOKEN") && error.contains("--insecure"), "{error}");
    Sidecar::builder().host("0.0.0.0").api_token("secret").start().await.unwrap().shutdown().await;
    Sidecar::builder().host("0.0.0.0").insecure().start().await.unwrap().shutdown().await;
}
