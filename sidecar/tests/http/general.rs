//! Health, metadata, the token, and what is not served.

use dacapo_sidecar::Sidecar;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::{get, post, send};

#[tokio::test]
async fn health_and_metadata_are_told() {
    let sidecar = Sidecar::builder().in_memory().app_id("shop").app("warehouse").start().await.unwrap();
    for path in ["/v1.0/healthz", "/v1.0/healthz/outbound"] {
        let answer = get(&sidecar, path).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    }
    let about = get(&sidecar, "/v1.0/metadata").await.json();
    assert_eq!((&about["id"], &about["workflows"]), (&json!("shop"), &json!({ "connectedWorkers": 0 })));
    assert!(about["runtimeVersion"].as_str().unwrap().starts_with("dacapo-sidecar "));
    let other =
        send(sidecar.address(), "GET", "/v1.0/metadata", &[("dapr-app-id", "warehouse")], "").await.json();
    assert_eq!(other["id"], "warehouse");
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_port_for_http_serves_the_same() {
    let sidecar = Sidecar::builder().in_memory().http_port(0).start().await.unwrap();
    assert_ne!(sidecar.http_endpoint(), sidecar.endpoint());
    let address = sidecar.http_endpoint().strip_prefix("http://").unwrap().parse().unwrap();
    assert_eq!(send(address, "GET", "/v1.0/healthz", &[], "").await.status, 204);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn the_token_opens_everything_but_health_which_is_open() {
    let sidecar = Sidecar::builder().in_memory().api_token("secret").start().await.unwrap();
    assert_eq!(get(&sidecar, "/v1.0/healthz").await.status, 204);
    let (status, name, message) = get(&sidecar, "/v1.0/metadata").await.fault();
    assert_eq!((status, name.as_str()), (401, "ERR_API_TOKEN"));
    assert_eq!(message, "missing api token in request metadata");
    let wrong = send(sidecar.address(), "GET", "/v1.0/metadata", &[("dapr-api-token", "x")], "").await;
    assert_eq!(wrong.status, 401);
    let right = send(sidecar.address(), "GET", "/v1.0/metadata", &[("dapr-api-token", "secret")], "").await;
    assert_eq!(right.status, 200);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn what_is_not_served_says_what_to_use() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    for path in ["/v1.0/publish/pubsub/topic", "/v1.0/invoke/app/method/m", "/", "/v1.0/workflows"] {
        let (status, name, message) = post(&sidecar, path, "{}").await.fault();
        assert_eq!((status, name.as_str()), (501, "ERR_NOT_IMPLEMENTED"), "{path}");
        assert!(message.starts_with(&format!("{path} is not served")), "{message}");
        assert!(message.ends_with("run Dapr for everything else"), "{message}");
    }
    let (status, name, message) = post(&sidecar, "/v1.0/metadata", "").await.fault();
    assert_eq!((status, name.as_str()), (405, "ERR_METHOD_NOT_ALLOWED"));
    assert!(message.contains("/v1.0/metadata is not answered to POST"), "{message}");
    sidecar.shutdown().await;
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let sidecar = Sidecar::builder().in_memory().message_bytes_max(1000).start().await.unwrap();
    let start =
        |id: &str, bytes: usize| (format!("/v1.0/workflows/dapr/w/start?instanceID={id}"), "x".repeat(bytes));
    let (path, body) = start("a", 1001);
    assert_eq!(post(&sidecar, &path, &body).await.fault().0, 413);
    let (path, body) = start("a", 1000);
    assert_eq!(post(&sidecar, &path, &body).await.status, 202);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn odd_paths_and_bodies_are_refused_and_nothing_breaks() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let odd = [
        "/v1.0/workflows/dapr/%00",
        "/v1.0/workflows/dapr/%ff%fe",
        "/v1.0/workflows/dapr/..",
        "/v1.0/state/%2e%2e/k",
    ];
    for path in odd {
        let answer = get(&sidecar, path).await;
        assert!((400..502).contains(&answer.status), "{path}: {answer:?}");
    }
    let mut stream = TcpStream::connect(sidecar.address()).await.unwrap();
    stream.write_all(b"\x16\x03\x01 this is no HTTP, and not gRPC either\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    // The connection ends, with or without a word.
    drop(stream.read_to_end(&mut answer).await);
    assert_eq!(get(&sidecar, "/v1.0/healthz").await.status, 204);
    sidecar.shutdown().await;
}
