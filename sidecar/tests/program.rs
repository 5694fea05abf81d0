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
    command.args(arguments).env_remove("DAPR_GRPC_PORT").env_remove("APP_ID");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Program {
    /// Starts the program and reads its start line.
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().unwrap();
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
        (vec!["--port", "0", "--host", "203.0.113.1"], "cannot listen on 203.0.113.1:0"),
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
