//! Workflow management: every success and every error of the table.

use dacapo_proto::pb;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use dacapo_sidecar::Sidecar;
use serde_json::json;
use tonic::transport::Channel;

use crate::client::{get, post, send};
use crate::common::{complete, fail, version_not_available};

async fn start() -> Sidecar {
    Sidecar::builder().in_memory().app_id("shop").app("warehouse").start().await.unwrap()
}

/// Answers the next turn of whatever instance has one.
async fn answer(sidecar: &Sidecar, actions: Vec<pb::WorkflowAction>) {
    let channel = Channel::from_shared(sidecar.endpoint()).unwrap().connect().await.unwrap();
    let mut hub = TaskHubSidecarServiceClient::new(channel);
    let mut items = hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap().into_inner();
    let item = items.message().await.unwrap().unwrap();
    let Some(pb::work_item::Request::WorkflowRequest(turn)) = item.request else { panic!("no turn") };
    let response = pb::WorkflowResponse {
        instance_id: turn.instance_id,
        actions,
        custom_status: Some("\"busy\"".into()),
        completion_token: item.completion_token,
        ..pb::WorkflowResponse::default()
    };
    hub.complete_workflow_task(response).await.unwrap();
}

#[tokio::test]
async fn an_instance_is_started_watched_and_purged() {
    let sidecar = start().await;
    let started = post(&sidecar, "/v1.0/workflows/dapr/order/start?instanceID=a-1", "{\"n\":1}").await;
    assert_eq!((started.status, started.json()), (202, json!({ "instanceID": "a-1" })));
    let pending = get(&sidecar, "/v1.0/workflows/dapr/a-1").await.json();
    assert_eq!(pending["runtimeStatus"], "PENDING");
    assert_eq!(pending["properties"], json!({ "dapr.workflow.input": "{\"n\":1}" }));

    answer(&sidecar, vec![complete(0, "\"ok\"")]).await;
    let ended = get(&sidecar, "/v1.0/workflows/dapr/a-1").await;
    let state = ended.json();
    assert_eq!(
        (ended.status, &state["instanceID"], &state["workflowName"]),
        (200, &json!("a-1"), &json!("order"))
    );
    assert_eq!(state["runtimeStatus"], "COMPLETED");
    let properties = json!({
        "dapr.workflow.input": "{\"n\":1}",
        "dapr.workflow.custom_status": "\"busy\"",
        "dapr.workflow.output": "\"ok\"",
    });
    assert_eq!(state["properties"], properties);
    for name in ["createdAt", "lastUpdatedAt"] {
        let time: prost_types::Timestamp = state[name].as_str().unwrap().parse().unwrap();
        assert!(time.seconds > 1_700_000_000, "{time}");
    }
    let purged = post(&sidecar, "/v1.0/workflows/dapr/a-1/purge", "").await;
    assert_eq!((purged.status, purged.json()), (202, json!({})));
    let gone = get(&sidecar, "/v1.0/workflows/dapr/a-1").await.fault();
    let message = "unable to find workflow with the provided instance ID: a-1";
    assert_eq!(gone, (404, "ERR_INSTANCE_ID_NOT_FOUND".into(), message.into()));
    sidecar.shutdown().await;
}

#[tokio::test]
async fn every_prefix_serves_the_same_workflows() {
    let sidecar = start().await;
    for (number, prefix) in ["/v1.0", "/v1.0-beta1", "/v1.0-alpha1"].iter().enumerate() {
        let path = format!("{prefix}/workflows/any/order/start?instanceID=i{number}");
        assert_eq!(post(&sidecar, &path, "").await.status, 202);
        let shown = get(&sidecar, &format!("{prefix}/workflows/any/i{number}")).await.json();
        assert_eq!(shown["properties"]["dapr.workflow.input"], "", "an empty body is an empty input");
    }
    sidecar.shutdown().await;
}

#[tokio::test]
async fn an_instance_without_an_id_gets_one() {
    let sidecar = start().await;
    let started = post(&sidecar, "/v1.0/workflows/dapr/order/start", "1").await.json();
    assert_eq!(started["instanceID"].as_str().unwrap().len(), 36);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn events_and_orders_arrive_in_sequence() {
    let sidecar = start().await;
    post(&sidecar, "/v1.0/workflows/dapr/order/start?instanceID=a", "1").await;
    let raised = post(&sidecar, "/v1.0/workflows/dapr/a/raiseEvent/go%20on", "{\"yes\":true}").await;
    assert_eq!((raised.status, raised.json()), (202, json!({})));
    for (order, body) in [("pause", ""), ("resume", "{}"), ("terminate", " \n")] {
        let done = post(&sidecar, &format!("/v1.0/workflows/dapr/a/{order}"), body).await;
        assert_eq!((done.status, done.json()), (202, json!({})), "{order}");
    }
    let channel = Channel::from_shared(sidecar.endpoint()).unwrap().connect().await.unwrap();
    let mut hub = TaskHubSidecarServiceClient::new(channel);
    let items = hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap();
    let item = items.into_inner().message().await.unwrap().unwrap();
    let Some(pb::work_item::Request::WorkflowRequest(turn)) = item.request else { panic!("no turn") };
    let seen = crate::common::words(&turn.new_events);
    assert_eq!(seen, ["turn", "start 1", "raised go on {\"yes\":true}", "suspend", "resume", "terminate"]);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_failure_is_told_by_its_own_properties() {
    let sidecar = start().await;
    post(&sidecar, "/v1.0/workflows/dapr/order/start?instanceID=a", "1").await;
    answer(&sidecar, vec![fail(0, "no")]).await;
    let state = get(&sidecar, "/v1.0/workflows/dapr/a").await.json();
    assert_eq!(state["runtimeStatus"], "FAILED");
    let properties = state["properties"].as_object().unwrap();
    assert_eq!(properties["dapr.workflow.failure.error_type"], "TestError");
    assert_eq!(properties["dapr.workflow.failure.error_message"], "no");
    assert!(!properties.contains_key("dapr.workflow.output"), "{properties:?}");
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_stalled_instance_is_of_unknown_status_and_takes_no_orders() {
    let sidecar = start().await;
    post(&sidecar, "/v1.0/workflows/dapr/order/start?instanceID=a", "1").await;
    answer(&sidecar, vec![version_not_available(0)]).await;
    assert_eq!(get(&sidecar, "/v1.0/workflows/dapr/a").await.json()["runtimeStatus"], "UNKNOWN");
    let refused = post(&sidecar, "/v1.0/workflows/dapr/a/pause", "").await.fault();
    let message = "error pausing workflow a: workflow is stalled";
    assert_eq!(refused, (500, "ERR_PAUSE_WORKFLOW".into(), message.into()));
    sidecar.shutdown().await;
}

#[tokio::test]
async fn errors_have_daprs_names_and_words() {
    let sidecar = start().await;
    post(&sidecar, "/v1.0/workflows/dapr/order/start?instanceID=a", "1").await;
    let long = format!("/v1.0/workflows/dapr/order/start?instanceID={}", "x".repeat(65));
    let cases = [
        (
            "/v1.0/workflows/dapr/order/start?instanceID=a",
            "1",
            500,
            "ERR_START_WORKFLOW",
            "error starting workflow 'order': an active workflow with ID 'a' already exists",
        ),
        (
            "/v1.0/workflows/dapr/order/start?instanceID=b&dapr.workflow.start_time=soon",
            "1",
            500,
            "ERR_START_WORKFLOW",
            "error starting workflow 'order': start times must be in RFC3339 format (e.g. \"2009-11-10T23:00:00Z\")",
        ),
        (
            long.as_str(),
            "1",
            400,
            "ERR_INSTANCE_ID_TOO_LONG",
            "workflow instance ID exceeds the max length of 64 characters",
        ),
        (
            "/v1.0/workflows/dapr/order/start?instanceID=a%20b",
            "1",
            400,
            "ERR_INSTANCE_ID_INVALID",
            "workflow instance ID 'a b' is invalid: only alphanumeric and underscore characters are allowed",
        ),
        (
            "/v1.0/workflows/dapr/x/raiseEvent/e",
            "1",
            500,
            "ERR_RAISE_EVENT_WORKFLOW",
            "error raising event on workflow 'x': no such instance exists",
        ),
        (
            "/v1.0/workflows/dapr/x/raiseEvent/",
            "1",
            400,
            "ERR_WORKFLOW_EVENT_NAME_MISSING",
            "missing workflow event name",
        ),
        (
            "/v1.0/workflows/dapr/x/pause",
            "",
            500,
            "ERR_PAUSE_WORKFLOW",
            "error pausing workflow x: no such instance exists",
        ),
        (
            "/v1.0/workflows/dapr/x/resume",
            "",
            500,
            "ERR_RESUME_WORKFLOW",
            "error resuming workflow x: no such instance exists",
        ),
        (
            "/v1.0/workflows/dapr/x/terminate",
            "",
            404,
            "ERR_INSTANCE_ID_NOT_FOUND",
            "unable to find workflow with the provided instance ID: x",
        ),
        (
            "/v1.0/workflows/dapr/x/purge",
            "",
            404,
            "ERR_INSTANCE_ID_NOT_FOUND",
            "unable to find workflow with the provided instance ID: x",
        ),
        (
            "/v1.0/workflows/dapr/a/purge",
            "",
            500,
            "ERR_PURGE_WORKFLOW",
            "error purging workflow a: failed to purge workflow state: orchestration has not yet completed",
        ),
        (
            "/v1.0/workflows/dapr/a/pause?appID=a%20b",
            "",
            400,
            "ERR_WORKFLOW_APP_ID_INVALID",
            "workflow app ID 'a b' is invalid: only alphanumeric, dash and underscore characters are allowed",
        ),
    ];
    for (path, body, status, name, message) in cases {
        let fault = post(&sidecar, path, body).await.fault();
        assert_eq!(fault, (status, name.to_owned(), message.to_owned()), "{path}");
    }
    for order in ["pause", "resume", "terminate", "purge"] {
        let fault = post(&sidecar, &format!("/v1.0/workflows/dapr/a/{order}"), "now").await.fault();
        assert_eq!((fault.0, fault.1.as_str()), (400, "ERR_MALFORMED_REQUEST"), "{order}: {}", fault.2);
    }
    sidecar.shutdown().await;
}

#[tokio::test]
async fn apps_are_named_by_header_and_by_query() {
    let sidecar = start().await;
    let path = "/v1.0/workflows/dapr/order/start?instanceID=a";
    let header = [("dapr-app-id", "warehouse")];
    assert_eq!(send(sidecar.address(), "POST", path, &header, "1").await.status, 202);
    assert_eq!(get(&sidecar, "/v1.0/workflows/dapr/a").await.status, 404);
    assert_eq!(get(&sidecar, "/v1.0/workflows/dapr/a?appID=warehouse").await.status, 200);
    let (status, name, text) = get(&sidecar, "/v1.0/workflows/dapr/a?appID=nowhere").await.fault();
    assert_eq!((status, name.as_str()), (400, "ERR_WORKFLOW_APP_ID_INVALID"));
    assert!(text.contains("'shop', 'warehouse'"), "{text}");
    let nowhere = send(sidecar.address(), "GET", "/v1.0/metadata", &[("dapr-app-id", "nowhere")], "").await;
    assert_eq!(nowhere.fault().0, 400);
    sidecar.shutdown().await;
}
