//! A machine's clock that jumps: timers fire once, none is lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod common;

use std::sync::Arc;

use common::*;
use dacapo_proto::pb;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use dacapo_sidecar::Sidecar;
use dacapo_sidecar::core::{ManualClock, Time};
use tonic::Streaming;
use tonic::transport::Channel;

type Hub = TaskHubSidecarServiceClient<Channel>;

const START: i64 = 1_000_000;

struct Machine {
    clock: Arc<ManualClock>,
    sidecar: Sidecar,
    hub: Hub,
    items: Streaming<pb::WorkItem>,
}

impl Machine {
    async fn start() -> Self {
        let clock = Arc::new(ManualClock::new(Time::from_nanos(START * 1_000_000_000)));
        let sidecar = Sidecar::builder().in_memory().clock(clock.clone()).start().await.unwrap();
        let channel = Channel::from_shared(sidecar.endpoint()).unwrap().connect().await.unwrap();
        let mut hub = Hub::new(channel);
        let items = hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap().into_inner();
        Self { clock, sidecar, hub, items }
    }

    fn set(&self, seconds: i64) {
        self.clock.set(Time::from_nanos((START + seconds) * 1_000_000_000));
    }

    async fn turn(&mut self, actions: Vec<pb::WorkflowAction>) -> Vec<String> {
        let item = self.items.message().await.unwrap().unwrap();
        let Some(pb::work_item::Request::WorkflowRequest(turn)) = item.request else { panic!("no turn") };
        let response = pb::WorkflowResponse {
            instance_id: turn.instance_id,
            actions,
            completion_token: item.completion_token,
            ..pb::WorkflowResponse::default()
        };
        self.hub.complete_workflow_task(response).await.unwrap();
        words(&turn.new_events)
    }

    async fn begin(&mut self, actions: Vec<pb::WorkflowAction>) {
        let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
        let request = pb::CreateInstanceRequest { scheduled_start_timestamp, ..request("a", "w") };
        self.hub.start_instance(request).await.unwrap();
        self.turn(actions).await;
    }
}

#[tokio::test]
async fn a_clock_set_forward_fires_what_is_due_by_then() {
    let mut machine = Machine::start().await;
    machine.begin(vec![timer(0, START + 3600), timer(1, START + 7200)]).await;
    machine.set(3600);
    assert_eq!(machine.turn(vec![]).await, ["turn", "fired(0)"]);
    machine.set(7200);
    assert_eq!(machine.turn(vec![complete(2, "1")]).await, ["turn", "fired(1)"]);
    machine.sidecar.shutdown().await;
}

#[tokio::test]
async fn a_clock_set_back_and_forth_fires_once() {
    let mut machine = Machine::start().await;
    machine.begin(vec![timer(0, START + 3600), timer(1, START + 7200)]).await;
    machine.set(3600);
    assert_eq!(machine.turn(vec![]).await, ["turn", "fired(0)"]);
    machine.set(-86_400);
    // The sidecar works on in the past; an event is the proof, and keeps the order of what happens.
    machine.hub.raise_event(raise("a", "e", "1")).await.unwrap();
    assert_eq!(machine.turn(vec![]).await, ["turn", "raised e 1"]);
    machine.set(3600);
    machine.hub.raise_event(raise("a", "e", "2")).await.unwrap();
    assert_eq!(machine.turn(vec![]).await, ["turn", "raised e 2"], "the first timer does not fire again");
    machine.set(7200);
    assert_eq!(machine.turn(vec![complete(2, "1")]).await, ["turn", "fired(1)"]);
    machine.sidecar.shutdown().await;
}
