//! A sidecar, a worker that does as it is told, and the program.

use std::process::{Command, Output, Stdio};

use dacapo_proto::pb;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use dacapo_proto::pb::work_item::Request;
use dacapo_sidecar::{Sidecar, SidecarBuilder};
use serde_json::Value;
use tonic::Streaming;
use tonic::transport::Channel;

use crate::common::request;

pub(crate) struct Stage {
    pub(crate) sidecar: Sidecar,
    pub(crate) hub: TaskHubSidecarServiceClient<Channel>,
    items: Streaming<pb::WorkItem>,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(Sidecar::builder().in_memory()).await
    }

    pub(crate) async fn with(builder: SidecarBuilder) -> Self {
        let sidecar = builder.start().await.unwrap();
        let channel = Channel::from_shared(sidecar.endpoint()).unwrap().connect().await.unwrap();
        let mut hub = TaskHubSidecarServiceClient::new(channel);
        let items = hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap().into_inner();
        Self { sidecar, hub, items }
    }

    /// Creates an instance and answers its first turn.
    pub(crate) async fn begin(&mut self, id: &str, actions: Vec<pb::WorkflowAction>) {
        let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
        let start = pb::CreateInstanceRequest { scheduled_start_timestamp, ..request(id, "order") };
        self.hub.start_instance(start).await.unwrap();
        self.turn(actions).await;
    }

    /// Answers the next turn.
    pub(crate) async fn turn(&mut self, actions: Vec<pb::WorkflowAction>) -> pb::WorkflowRequest {
        match self.item().await {
            (Request::WorkflowRequest(turn), token) => {
                self.answer_turn(&turn, token, actions).await;
                turn
            }
            (other, _) => panic!("expected a turn, got {other:?}"),
        }
    }

    /// Answers the next activity.
    pub(crate) async fn activity(&mut self, result: &str) {
        match self.item().await {
            (Request::ActivityRequest(activity), token) => {
                self.answer_activity(activity, token, result).await
            }
            (other, _) => panic!("expected an activity, got {other:?}"),
        }
    }

    /// Answers whatever comes next: an activity with `result`, a turn as `decide` says, whose number it answers.
    pub(crate) async fn serve(
        &mut self,
        result: &str,
        decide: impl FnOnce(&pb::WorkflowRequest) -> (usize, Vec<pb::WorkflowAction>),
    ) -> usize {
        match self.item().await {
            (Request::ActivityRequest(activity), token) => {
                self.answer_activity(activity, token, result).await;
                0
            }
            (Request::WorkflowRequest(turn), token) => {
                let (count, actions) = decide(&turn);
                self.answer_turn(&turn, token, actions).await;
                count
            }
        }
    }

    async fn item(&mut self) -> (Request, String) {
        let item = self.items.message().await.unwrap().unwrap();
        (item.request.unwrap(), item.completion_token)
    }

    async fn answer_turn(
        &mut self,
        turn: &pb::WorkflowRequest,
        completion_token: String,
        actions: Vec<pb::WorkflowAction>,
    ) {
        let response = pb::WorkflowResponse {
            instance_id: turn.instance_id.clone(),
            actions,
            custom_status: Some("\"busy\"".into()),
            completion_token,
            ..pb::WorkflowResponse::default()
        };
        self.hub.complete_workflow_task(response).await.unwrap();
    }

    async fn answer_activity(
        &mut self,
        activity: pb::ActivityRequest,
        completion_token: String,
        result: &str,
    ) {
        let response = pb::ActivityResponse {
            instance_id: activity.workflow_instance.unwrap().instance_id,
            task_id: activity.task_id,
            result: Some(result.into()),
            failure_details: None,
            completion_token,
        };
        self.hub.complete_activity_task(response).await.unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dacapo-sidecar"));
        for name in ["DAPR_GRPC_PORT", "DAPR_API_TOKEN"] {
            command.env_remove(name);
        }
        command.env("DAPR_GRPC_ENDPOINT", self.sidecar.endpoint()).arg("wf").args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program beside the sidecar, which lives in this process.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        finish(self.command(arguments)).await
    }

    /// Runs the program, which succeeds, and answers what it printed.
    pub(crate) async fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        let complaints = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && complaints.is_empty(), "{arguments:?}: {complaints}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the program, which succeeds and prints one JSON object a line.
    pub(crate) async fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let text = self.ok(&[arguments, &["--output", "json"]].concat()).await;
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Runs the program, which fails, and answers what it complained about.
    pub(crate) async fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        let complaints = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {complaints}");
        complaints
    }
}

/// Awaits the end of a program.
pub(crate) async fn finish(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}
