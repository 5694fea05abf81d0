//! What cannot be done, and what the program says then.

use std::net::TcpListener;

use dacapo_sidecar::Sidecar;

use crate::common::complete;
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_does_not_exist_is_named() {
    let stage = Stage::new().await;
    for arguments in [vec!["show", "x"], vec!["watch", "x"], vec!["export", "x"]] {
        let complaint = stage.fails(&arguments).await;
        assert_eq!(
            complaint,
            "error: there is no instance 'x'; `dacapo-sidecar wf list` shows those that there are\n"
        );
    }
    for order in ["suspend", "resume", "terminate"] {
        let complaint = stage.fails(&[order, "x"]).await;
        assert!(
            complaint.contains("'x' failed: ") && complaint.contains("no such instance exists"),
            "{complaint}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sidecar_that_is_not_there_is_named_with_the_remedy() {
    let stage = Stage::new().await;
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let complaint = stage.fails(&["list", "--endpoint", &format!("http://{closed}")]).await;
    assert!(complaint.contains(&closed.to_string()) && complaint.contains("start one with"), "{complaint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_answers_ends_in_time() {
    let mut stage = Stage::new().await;
    stage.begin("a", vec![]).await;
    let complaint = stage.fails(&["suspend", "a", "--timeout", "100ms"]).await;
    assert!(complaint.contains("is a worker connected?"), "{complaint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_and_the_app_are_sent() {
    let builder = Sidecar::builder().in_memory().app_id("shop").app("warehouse");
    let mut stage = Stage::with(builder).await;
    stage.begin("a", vec![complete(0, "1")]).await;
    assert_eq!(stage.ok(&["list", "--ids", "--app-id", "shop"]).await, "a\n");
    assert_eq!(stage.ok(&["list", "--ids", "--app-id", "warehouse"]).await, "");
    let complaint = stage.fails(&["list", "--ids", "--app-id", "nowhere"]).await;
    assert!(complaint.contains("'shop', 'warehouse'"), "{complaint}");

    let locked = Sidecar::builder().in_memory().api_token("secret").start().await.unwrap();
    let endpoint = locked.endpoint();
    let complaint = stage.fails(&["list", "--endpoint", &endpoint]).await;
    assert!(complaint.contains("set DAPR_API_TOKEN"), "{complaint}");
    let mut with_token = stage.command(&["list", "--endpoint", &endpoint]);
    with_token.env("DAPR_API_TOKEN", "secret");
    assert!(crate::stage::finish(with_token).await.status.success());
}
