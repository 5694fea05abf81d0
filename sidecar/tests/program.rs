//! The program `dacapo-sidecar`, as a person or a script runs it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod common;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use common::{get, raise, request};
use dacapo_proto::pb;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use tonic::transport::Channel;

struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    line: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dacapo-sidecar"));
    command.args(arguments);
    for name in ["DAPR_GRPC_PORT", "DAPR_HTTP_PORT", "DAPR_API_TOKEN", "APP_ID", "RUST_LOG"] {
        command.env_remove(name);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Program {
    /// Starts the program and reads its start line.
    fn start(arguments: &[&str]) -> Self {
        Self::spawn(command(arguments))
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        Self { child, stdout, line }
    }

    fn endpoint(&self) -> String {
        self.line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned()
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    async fn hub(&self) -> TaskHubSidecarServiceClient<Channel> {
        let channel = Channel::from_shared(self.endpoint()).unwrap().connect().await.unwrap();
        TaskHubSidecarServiceClient::new(channel)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has usually ended already; a test that failed leaves nothing behind.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn path(folder: &Path) -> String {
    folder.join("orders.db").to_str().unwrap().to_owned()
}

#[test]
fn the_start_line_names_address_app_and_file() {
    let folder = tempfile::tempdir().unwrap();
    let db = path(folder.path());
    let program = Program::start(&["--port", "0", "--db", &db, "--app-id", "shop"]);
    assert!(program.line.starts_with("dacapo-sidecar is ready on http://127.0.0.1:"), "{}", program.line);
    assert!(program.line.contains("'shop'") && program.line.contains(&db), "{}", program.line);
}

#[test]
fn sigterm_and_ctrl_c_end_it_with_success() {
    for signal in ["-TERM", "-INT"] {
        let mut program = Program::start(&["--port", "0"]);
        program.signal(signal);
        let mut rest = String::new();
        program.stdout.read_to_string(&mut rest).unwrap();
        assert!(program.child.wait().unwrap().success(), "{signal}");
        assert!(rest.contains("shutting down"), "{rest}");
    }
}

#[test]
fn errors_of_the_start_go_to_stderr_with_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let db = path(folder.path());
    let first = Program::start(&["--port", "0", "--db", &db]);
    let port = first.endpoint().rsplit(':').next().unwrap().to_owned();
    let in_use = format!("(process {})", first.child.id());
    let cases = [
        (vec!["--port", "0", "--db", &db], in_use.as_str()),
        (vec!["--port", &port], "is already in use on 127.0.0.1"),
        (vec!["--port", "0", "--host", "203.0.113.1", "--insecure"], "cannot listen on 203.0.113.1:0"),
        (vec!["--port", "0", "--host", "0.0.0.0"], "set an API token (DAPR_API_TOKEN)"),
        (
            vec!["--port", "0", "--db", "/proc/orders.db"],
            "check that its folder exists and that you may write",
        ),
        (vec!["check", "--db", "/nowhere/orders.db"], "there is no database /nowhere/orders.db"),
    ];
    for (arguments, expected) in cases {
        let output = command(&arguments).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.starts_with("error: ") && text.contains(expected), "{text}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn help_shows_examples() {
    let output = command(&["--help"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(text.contains("dacapo-sidecar --db orders.db"), "{text}");
}

#[test]
fn wrong_arguments_are_named_with_what_is_right() {
    let cases = [
        (vec!["--app", "=1"], "write warehouse or warehouse=50002"),
        (vec!["--retain-completed", "week"], "--retain-completed"),
        (vec!["--db", "a.db", "--in-memory"], "cannot be used with"),
        (vec!["--max-body-size", "4MB"], "4194304 or 4Mi"),
        (vec!["wf", "raise", "a"], "<EVENT>"),
        (vec!["wf", "purge"], "<IDS>"),
    ];
    for (arguments, expected) in cases {
        let output = command(&arguments).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn every_subcommand_explains_itself() {
    for arguments in [vec!["wf"], vec!["wf", "rerun"], vec!["vacuum"], vec!["check"], vec!["export"]] {
        let output = command(&[&arguments[..], &["--help"]].concat()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains("Usage: dacapo-sidecar"), "{text}");
    }
}

#[test]
fn every_app_and_port_is_announced() {
    let arguments =
        ["--port", "0", "--http-port", "0", "--app-id", "shop", "--app", "warehouse=0", "--app", "bank"];
    let mut program = Program::start(&arguments);
    let mut lines = vec![String::new(); 3];
    for line in &mut lines {
        program.stdout.read_line(line).unwrap();
    }
    assert!(lines[0].starts_with("  HTTP is on http://127.0.0.1:"), "{lines:?}");
    assert!(lines[1].starts_with("  the app 'warehouse' is on http://127.0.0.1:"), "{lines:?}");
    assert!(lines[2].contains("'bank' is on the same port"), "{lines:?}");
}

#[test]
fn logs_and_start_lines_can_be_json() {
    let mut program = Program::start(&["--port", "0", "--log-format", "json", "--app", "bank=0"]);
    let line: serde_json::Value = serde_json::from_str(&program.line).unwrap();
    assert_eq!(
        (&line["state"], &line["appId"], &line["database"]),
        (&"ready".into(), &"dacapo".into(), &().into())
    );
    assert!(line["endpoint"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{line}");
    assert!(line["apps"]["bank"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{line}");
    program.signal("-HUP");
    let mut log = BufReader::new(program.child.stderr.take().unwrap());
    let mut entry = String::new();
    log.read_line(&mut entry).unwrap();
    let entry: serde_json::Value = serde_json::from_str(&entry).unwrap();
    assert!(entry["message"].as_str().unwrap().contains("SIGHUP changes nothing"), "{entry}");
    program.signal("-TERM");
    assert!(program.child.wait().unwrap().success());
}

#[test]
fn an_error_of_the_start_is_json_where_the_log_is() {
    let output =
        command(&["--port", "0", "--db", "/proc/orders.db", "--log-format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let entry: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert!(entry["message"].as_str().unwrap().contains("/proc/orders.db"), "{entry}");
}

#[tokio::test]
async fn the_token_comes_from_the_environment() {
    let mut locked = command(&["--port", "0"]);
    locked.env("DAPR_API_TOKEN", "secret");
    let program = Program::spawn(locked);
    let mut hub = program.hub().await;
    let refused = hub.hello(()).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated);
    let mut request = tonic::Request::new(());
    request.metadata_mut().insert("dapr-api-token", "secret".parse().unwrap());
    hub.hello(request).await.unwrap();
}

#[tokio::test]
async fn a_hangup_ends_nothing() {
    let program = Program::start(&["--port", "0"]);
    program.signal("-HUP");
    program.signal("-HUP");
    program.hub().await.hello(()).await.unwrap();
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_panic() {
    let mut program = Program::start(&["--port", "0", "--app", "bank"]);
    // Both pipes are closed; whatever is printed and logged from now on meets nobody.
    drop(std::mem::replace(&mut program.stdout, closed()));
    drop(program.child.stderr.take());
    program.signal("-HUP");
    let mut hub = program.hub().await;
    let _items = hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap();
    program.signal("-TERM");
    assert!(program.child.wait().unwrap().success());
}

/// A reader that has nothing to read.
fn closed() -> BufReader<ChildStdout> {
    let mut child = Command::new("true").stdout(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    child.wait().unwrap();
    BufReader::new(stdout)
}

#[tokio::test]
async fn the_end_waits_for_the_answer_to_what_a_worker_has() {
    let folder = tempfile::tempdir().unwrap();
    let db = path(folder.path());
    let mut first = Program::start(&["--port", "0", "--db", &db, "--shutdown-grace", "1h"]);
    let mut hub = first.hub().await;
    let held = pb::CreateInstanceRequest {
        scheduled_start_timestamp: Some(prost_types::Timestamp { seconds: 1, nanos: 0 }),
        ..request("a", "w")
    };
    hub.start_instance(held).await.unwrap();
    let mut items = hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap().into_inner();
    let item = items.message().await.unwrap().unwrap();
    first.signal("-TERM");
    let mut line = String::new();
    first.stdout.read_line(&mut line).unwrap();
    assert_eq!(line, "dacapo-sidecar is shutting down\n");
    assert!(first.child.try_wait().unwrap().is_none());
    let response = pb::WorkflowResponse {
        instance_id: "a".into(),
        actions: vec![common::complete(0, "\"drained\"")],
        completion_token: item.completion_token,
        ..pb::WorkflowResponse::default()
    };
    hub.complete_workflow_task(response).await.unwrap();
    assert!(first.child.wait().unwrap().success());

    let second = Program::start(&["--port", "0", "--db", &db]);
    let state = second.hub().await.get_instance(get("a")).await.unwrap().into_inner().workflow_state.unwrap();
    assert_eq!(state.output.as_deref(), Some("\"drained\""));
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let mut program = Program::start(&["--port", "0", "--shutdown-grace", "1h"]);
    let mut hub = program.hub().await;
    let mut items = hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap().into_inner();
    let held = pb::CreateInstanceRequest {
        scheduled_start_timestamp: Some(prost_types::Timestamp { seconds: 1, nanos: 0 }),
        ..request("a", "w")
    };
    hub.start_instance(held).await.unwrap();
    items.message().await.unwrap().unwrap();
    program.signal("-TERM");
    let mut line = String::new();
    program.stdout.read_line(&mut line).unwrap();
    program.signal("-TERM");
    assert!(program.child.wait().unwrap().success());
}

/// A process that may write no file beyond a size stands for a disk without space: its writes fail the same way.
#[tokio::test]
async fn a_write_that_fails_is_an_error_and_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let db = path(folder.path());
    let program = env!("CARGO_BIN_EXE_dacapo-sidecar");
    let mut limited = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f 600; exec {program} --port 0 --db {db}");
    limited.args(["-c", &script]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut first = Program::spawn(limited);
    let mut hub = first.hub().await;
    let start = |number: i32| pb::CreateInstanceRequest {
        scheduled_start_timestamp: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }),
        input: Some("x".repeat(20_000)),
        ..request(&format!("i{number}"), "w")
    };
    let mut acknowledged = 0;
    let refused = loop {
        match hub.start_instance(start(acknowledged)).await {
            Ok(_) => acknowledged += 1,
            Err(status) => break status,
        }
    };
    assert!(acknowledged > 0);
    let text = refused.message();
    assert!(text.contains("the database failed") || text.contains("disk of the database is full"), "{text}");
    // It still reads, and still refuses instead of pretending.
    assert!(hub.get_instance(get("i0")).await.unwrap().into_inner().exists);
    hub.start_instance(start(acknowledged)).await.unwrap_err();
    first.signal("-KILL");
    first.child.wait().unwrap();

    let second = Program::start(&["--port", "0", "--db", &db]);
    let mut hub = second.hub().await;
    for number in 0..acknowledged {
        assert!(hub.get_instance(get(&format!("i{number}"))).await.unwrap().into_inner().exists, "{number}");
    }
    assert!(!hub.get_instance(get(&format!("i{acknowledged}"))).await.unwrap().into_inner().exists);
    hub.start_instance(start(acknowledged)).await.unwrap();
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let db = path(folder.path());
    let mut first = Program::start(&["--port", "0", "--db", &db]);
    let mut hub = first.hub().await;
    let held = pb::CreateInstanceRequest {
        scheduled_start_timestamp: Some(prost_types::Timestamp { seconds: 1, nanos: 0 }),
        ..request("a", "w")
    };
    hub.start_instance(held).await.unwrap();
    hub.raise_event(raise("a", "e", "1")).await.unwrap();
    first.signal("-KILL");
    first.child.wait().unwrap();

    let second = Program::start(&["--port", "0", "--db", &db]);
    let mut hub = second.hub().await;
    let state = hub.get_instance(get("a")).await.unwrap().into_inner().workflow_state.unwrap();
    assert_eq!(state.input.as_deref(), Some("\"in\""));
    let items = hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap();
    let item = items.into_inner().message().await.unwrap().unwrap();
    let Some(pb::work_item::Request::WorkflowRequest(turn)) = item.request else { panic!("no turn") };
    assert_eq!(common::words(&turn.new_events), ["turn", "start \"in\"", "raised e 1"]);
}
