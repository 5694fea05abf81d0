//! Dapr's HTTP API.

use crate::differential::action::{complete, fail, terminated};
use crate::differential::script::{Plan, Script, get};
use crate::differential::step::{PREFIX, Request};

fn http(method: &'static str, path: &str, body: &str) -> Request {
    Request::Http { method, path: path.replace("{id}", PREFIX), body: body.replace("{id}", PREFIX) }
}

fn post(path: &str, body: &str) -> Request {
    http("POST", path, body)
}

fn read(path: &str) -> Request {
    http("GET", path, "")
}

pub(super) fn plans() -> Vec<Plan> {
    [workflows(), refusals()].concat()
}

fn begun() -> Script {
    Script::new().request(post("/v1.0/workflows/dapr/Flow/start?instanceID={id}a", "\"in\""))
}

fn workflows() -> Vec<Plan> {
    vec![
        begun()
            .turn("a", vec![complete(0, Some("\"out\""))])
            .request(Request::WaitForEnd(get("a")))
            .request(read("/v1.0/workflows/dapr/{id}a"))
            .request(read("/v1.0-beta1/workflows/dapr/{id}a"))
            .request(post("/v1.0/workflows/dapr/{id}a/purge", ""))
            .request(read("/v1.0/workflows/dapr/{id}a"))
            .daprd_plan("http_one_that_completes"),
        begun()
            .turn("a", vec![fail(0, "it")])
            .request(Request::WaitForEnd(get("a")))
            .request(read("/v1.0-alpha1/workflows/dapr/{id}a"))
            .daprd_plan("http_one_that_fails"),
        begun()
            .turn("a", vec![])
            .request(Request::WaitForStart(get("a")))
            .request(post("/v1.0/workflows/dapr/{id}a/pause", ""))
            .turn("a", vec![])
            .request(post("/v1.0/workflows/dapr/{id}a/raiseEvent/go", "{\"n\": 1}"))
            .turn("a", vec![])
            .request(read("/v1.0/workflows/dapr/{id}a"))
            .request(post("/v1.0/workflows/dapr/{id}a/resume", "{}"))
            .turn("a", vec![])
            .request(post("/v1.0/workflows/dapr/{id}a/terminate", ""))
            .turn("a", vec![terminated(0)])
            .ended("a")
            .request(read("/v1.0/workflows/dapr/{id}a"))
            .daprd_plan("http_control"),
    ]
}

fn refusals() -> Vec<Plan> {
    let nobody = ["pause", "resume", "terminate", "purge", "raiseEvent/e"];
    let nobody =
        nobody.iter().fold(Script::new().request(read("/v1.0/workflows/dapr/never")), |script, call| {
            script.request(post(&format!("/v1.0/workflows/dapr/never/{call}"), ""))
        });
    let long = "x".repeat(70);
    vec![
        nobody.daprd_plan("http_nobody"),
        begun()
            .turn("a", vec![])
            .request(Request::WaitForStart(get("a")))
            .request(post("/v1.0/workflows/dapr/Flow/start?instanceID={id}a", "1"))
            .request(post("/v1.0/workflows/dapr/{id}a/purge", ""))
            .request(post("/v1.0/workflows/dapr/{id}a/pause", "not json"))
            .daprd_plan("http_what_is_in_use"),
        Script::new()
            .request(post(&format!("/v1.0/workflows/dapr/Flow/start?instanceID={long}"), "1"))
            .request(post("/v1.0/workflows/dapr/Flow/start?instanceID=a%20b", "1"))
            .request(read("/v1.0/nothing/here"))
            .daprd_plan("http_requests_that_are_refused"),
    ]
}

pub(super) fn state() -> Vec<Plan> {
    vec![
        Script::new()
            .request(read("/v1.0/state/statestore/{id}k"))
            .request(post("/v1.0/state/statestore", "[{\"key\": \"{id}k\", \"value\": {\"a\": [1, null]}}]"))
            .request(read("/v1.0/state/statestore/{id}k"))
            .request(post("/v1.0/state/statestore/bulk", "{\"keys\": [\"{id}k\"]}"))
            .request(http("DELETE", "/v1.0/state/statestore/{id}k", ""))
            .request(read("/v1.0/state/statestore/{id}k"))
            .daprd_plan("http_state"),
        Script::new()
            .request(read("/v1.0/state/other/k"))
            .request(post("/v1.0/state/statestore", "[{\"key\": \"\"}]"))
            .request(post("/v1.0/state/statestore", "no json"))
            .request(post("/v1.0/state/statestore", "[{\"key\": \"{id}k\", \"value\": 1, \"etag\": \"77\"}]"))
            .request(post(
                "/v1.0/state/statestore/transaction",
                "{\"operations\": [{\"operation\": \"upsert\", \"request\": {\"key\": \"{id}k\", \"value\": 2}}]}",
            ))
            .request(post("/v1.0/state/statestore/transaction", "{\"operations\": [{\"operation\": \"merge\", \"request\": {\"key\": \"{id}k\"}}]}"))
            .request(read("/v1.0/state/statestore/{id}k"))
            .daprd_plan("http_state_that_is_refused"),
    ]
}
