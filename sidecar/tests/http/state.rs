//! State stores over HTTP, and what HTTP and gRPC see of each other's values.

use dacapo_proto::dapr::common::v1::StateItem;
use dacapo_proto::dapr::runtime::v1 as dapr;
use dacapo_proto::dapr::runtime::v1::dapr_client::DaprClient;
use dacapo_sidecar::Sidecar;
use serde_json::json;
use tonic::transport::Channel;

use crate::client::{get, post, send};

const STORE: &str = "/v1.0/state/statestore";

async fn start() -> Sidecar {
    Sidecar::builder().in_memory().start().await.unwrap()
}

async fn grpc(sidecar: &Sidecar) -> DaprClient<Channel> {
    DaprClient::new(Channel::from_shared(sidecar.endpoint()).unwrap().connect().await.unwrap())
}

#[tokio::test]
async fn a_value_is_written_read_and_deleted() {
    let sidecar = start().await;
    let key = format!("{STORE}/k");
    assert_eq!(get(&sidecar, &key).await.status, 204);
    for method in ["POST", "PUT"] {
        let body = json!([{ "key": "k", "value": { "n": 1 } }]).to_string();
        assert_eq!(send(sidecar.address(), method, STORE, &[], &body).await.status, 204);
    }
    let read = get(&sidecar, &key).await;
    assert_eq!((read.status, read.json()), (200, json!({ "n": 1 })));
    let etag = read.headers["etag"].clone();
    let wrong = send(sidecar.address(), "DELETE", &key, &[("if-match", "other")], "").await.fault();
    assert_eq!((wrong.0, wrong.1.as_str()), (409, "ERR_STATE_DELETE"), "{}", wrong.2);
    let right = send(sidecar.address(), "DELETE", &key, &[("if-match", &etag)], "").await;
    assert_eq!((right.status, right.body.as_str()), (204, ""));
    assert_eq!(get(&sidecar, &key).await.status, 204);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn an_etag_that_does_not_match_is_a_conflict() {
    let sidecar = start().await;
    let first = json!([{ "key": "k", "value": 1, "options": { "concurrency": "first-write" } }]).to_string();
    assert_eq!(post(&sidecar, STORE, &first).await.status, 204);
    let (status, name, message) = post(&sidecar, STORE, &first).await.fault();
    assert_eq!((status, name.as_str()), (409, "ERR_STATE_SAVE"));
    assert!(message.contains("possible etag mismatch"), "{message}");
    let etagged = json!([{ "key": "k", "value": 2, "etag": "other" }]).to_string();
    assert_eq!(post(&sidecar, STORE, &etagged).await.status, 409);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn several_values_are_read_at_once() {
    let sidecar = start().await;
    let items = json!([{ "key": "a", "value": 1 }, { "key": "b", "value": "two" }]).to_string();
    post(&sidecar, STORE, &items).await;
    let keys = json!({ "keys": ["a", "b", "c"], "parallelism": 10 }).to_string();
    let read = post(&sidecar, &format!("{STORE}/bulk"), &keys).await.json();
    assert_eq!(
        (&read[0]["data"], &read[1]["data"], &read[2]),
        (&json!(1), &json!("two"), &json!({ "key": "c" }))
    );
    assert!(read[0]["etag"].is_string());
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing() {
    let sidecar = start().await;
    let path = format!("{STORE}/transaction");
    let operation = |kind: &str, key: &str, etag: Option<&str>| json!({ "operation": kind, "request": { "key": key, "value": key, "etag": etag } });
    let good = json!({ "operations": [operation("upsert", "a", None), operation("delete", "b", None)] });
    assert_eq!(post(&sidecar, &path, &good.to_string()).await.status, 204);
    let bad =
        json!({ "operations": [operation("delete", "a", None), operation("upsert", "c", Some("other"))] });
    let (status, name, message) = post(&sidecar, &path, &bad.to_string()).await.fault();
    assert_eq!((status, name.as_str()), (500, "ERR_STATE_TRANSACTION"));
    assert!(message.starts_with("error while executing state transaction: "), "{message}");
    assert_eq!(get(&sidecar, &format!("{STORE}/a")).await.json(), json!("a"));
    let unknown = json!({ "operations": [operation("rename", "a", None)] });
    let (status, name, message) = post(&sidecar, &path, &unknown.to_string()).await.fault();
    assert_eq!((status, name.as_str()), (400, "ERR_NOT_SUPPORTED_STATE_OPERATION"));
    assert_eq!(message, "operation type rename not supported");
    let nothing = json!({ "operations": [] }).to_string();
    assert_eq!(post(&sidecar, &path, &nothing).await.status, 204);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn errors_have_daprs_names() {
    let sidecar = start().await;
    let cases = [
        ("/v1.0/state/other", "[]", 400, "ERR_STATE_STORE_NOT_FOUND", "state store other is not found"),
        (
            STORE,
            "[{\"key\": \"a||b\", \"value\": 1}]",
            400,
            "ERR_MALFORMED_REQUEST",
            "input key/keyPrefix 'a||b' can't contain '||'",
        ),
        (STORE, "[{\"value\": 1}]", 400, "ERR_MALFORMED_REQUEST", "state key cannot be empty"),
        (
            STORE,
            "[{\"key\": \"k\", \"options\": {\"concurrency\": \"none\"}}]",
            400,
            "ERR_MALFORMED_REQUEST",
            "unrecognized concurrency model none",
        ),
        (STORE, "{", 400, "ERR_MALFORMED_REQUEST", "failed deserializing HTTP body: "),
    ];
    for (path, body, status, name, message) in cases {
        let fault = post(&sidecar, path, body).await.fault();
        assert_eq!((fault.0, fault.1.as_str()), (status, name), "{path} {body}");
        assert!(fault.2.starts_with(message), "{}", fault.2);
    }
    sidecar.shutdown().await;
    let none: [&str; 0] = [];
    let sidecar = Sidecar::builder().in_memory().state_stores(none).start().await.unwrap();
    let (status, name, message) = get(&sidecar, &format!("{STORE}/k")).await.fault();
    assert_eq!((status, name.as_str()), (500, "ERR_STATE_STORE_NOT_CONFIGURED"));
    assert_eq!(message, "state store statestore is not configured");
    sidecar.shutdown().await;
}

#[tokio::test]
async fn both_protocols_see_the_same_values() {
    let sidecar = start().await;
    let mut client = grpc(&sidecar).await;
    post(&sidecar, STORE, "[{\"key\": \"http\", \"value\": \"text\"}]").await;
    let read = |key: &str| dapr::GetStateRequest {
        store_name: "statestore".into(),
        key: key.into(),
        ..dapr::GetStateRequest::default()
    };
    assert_eq!(client.get_state(read("http")).await.unwrap().into_inner().data, b"\"text\"");

    let item = |key: &str, value: &str, kind: &str| StateItem {
        key: key.into(),
        value: value.into(),
        metadata: [("contentType".to_owned(), kind.to_owned())].into(),
        ..StateItem::default()
    };
    let save =
        |items: Vec<StateItem>| dapr::SaveStateRequest { store_name: "statestore".into(), states: items };
    let items =
        vec![item("json", "{ \"n\" : 1 }", "application/json"), item("text", "{ \"n\"", "text/plain")];
    client.save_state(save(items)).await.unwrap();
    assert_eq!(get(&sidecar, &format!("{STORE}/json")).await.body, "{\"n\":1}");
    assert_eq!(get(&sidecar, &format!("{STORE}/text")).await.body, "{ \"n\"");
    let refused = client.save_state(save(vec![item("k", "{", "application/json")])).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    assert!(refused.message().contains("key 'k'"), "{}", refused.message());
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_time_to_live_in_the_query_counts_for_every_item() {
    let sidecar = start().await;
    let wrong = format!("{STORE}?metadata.ttlInSeconds=soon");
    let (status, name, _) = post(&sidecar, &wrong, "[{\"key\": \"k\", \"value\": 1}]").await.fault();
    assert_eq!((status, name.as_str()), (400, "ERR_MALFORMED_REQUEST"));
    let items = "[{\"key\": \"a\", \"value\": 1}, {\"key\": \"b\", \"value\": 2, \"metadata\": {\"ttlInSeconds\": \"-1\"}}]";
    let path = format!("{STORE}?metadata.ttlInSeconds=1");
    assert_eq!(post(&sidecar, &path, items).await.status, 204);
    while get(&sidecar, &format!("{STORE}/a")).await.status == 200 {}
    assert_eq!(get(&sidecar, &format!("{STORE}/b")).await.status, 200, "its own metadata wins");
    sidecar.shutdown().await;
}
