//! Clients and workers that do what they should not: errors, never an end of the service.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod common;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use bytes::{Buf as _, BufMut as _, Bytes};
use common::*;
use dacapo_proto::pb;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use dacapo_sidecar::Sidecar;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;

type Hub = TaskHubSidecarServiceClient<Channel>;

async fn channel(sidecar: &Sidecar) -> Channel {
    Channel::from_shared(sidecar.endpoint()).unwrap().connect().await.unwrap()
}

async fn hub(sidecar: &Sidecar) -> Hub {
    Hub::new(channel(sidecar).await)
}

/// Sends bytes as they are.
#[derive(Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

/// The same numbers in every run, without a pattern that anything would notice.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Bytes that often begin as a message does: a field number, a length, a text.
    fn message(&mut self) -> Bytes {
        let mut bytes = Vec::new();
        for _ in 0..self.roll() % 6 {
            bytes.push(u8::try_from(self.roll() % 128).unwrap());
            let length = self.roll() % 12;
            bytes.push(u8::try_from(length + self.roll() % 2).unwrap());
            bytes.extend((0..length).map(|_| u8::try_from(self.roll() % 256).unwrap()));
        }
        bytes.into()
    }
}

const METHODS: &[&str] = &[
    "/TaskHubSidecarService/Hello",
    "/TaskHubSidecarService/StartInstance",
    "/TaskHubSidecarService/GetInstance",
    "/TaskHubSidecarService/RaiseEvent",
    "/TaskHubSidecarService/TerminateInstance",
    "/TaskHubSidecarService/SuspendInstance",
    "/TaskHubSidecarService/ResumeInstance",
    "/TaskHubSidecarService/PurgeInstances",
    "/TaskHubSidecarService/CompleteActivityTask",
    "/TaskHubSidecarService/CompleteOrchestratorTask",
    "/TaskHubSidecarService/CompleteWorkflowTask",
    "/TaskHubSidecarService/RerunWorkflowFromEvent",
    "/TaskHubSidecarService/ListInstanceIDs",
    "/TaskHubSidecarService/GetInstanceHistory",
    "/dapr.proto.runtime.v1.Dapr/GetState",
    "/dapr.proto.runtime.v1.Dapr/GetBulkState",
    "/dapr.proto.runtime.v1.Dapr/SaveState",
    "/dapr.proto.runtime.v1.Dapr/DeleteState",
    "/dapr.proto.runtime.v1.Dapr/ExecuteStateTransaction",
    "/dapr.proto.runtime.v1.Dapr/StartWorkflowBeta1",
    "/dapr.proto.runtime.v1.Dapr/RaiseEventWorkflowBeta1",
];

#[tokio::test]
async fn random_messages_are_answered_one_way_or_the_other() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut grpc = tonic::client::Grpc::new(channel(&sidecar).await);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut refused = 0;
    for round in 0..20 {
        for method in METHODS {
            grpc.ready().await.unwrap();
            let mut request = tonic::Request::new(dice.message());
            // Some of them wait for a turn that no worker takes.
            request.set_timeout(std::time::Duration::from_millis(20));
            let answer = grpc.unary(request, PathAndQuery::from_static(method), Raw).await;
            refused += usize::from(answer.is_err());
            let is_bug = answer.is_err_and(|status| status.message().contains("a bug in the sidecar"));
            assert!(!is_bug, "round {round} of {method}");
        }
    }
    assert!(refused > 0, "nothing of it was refused");
    hub(&sidecar).await.hello(()).await.unwrap();
    sidecar.shutdown().await;
}

async fn shout(address: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The other end may hang up at any moment, which is its right.
    if stream.write_all(bytes).await.is_ok() && stream.shutdown().await.is_ok() {
        drop(stream.read_to_end(&mut Vec::new()).await);
    }
}

#[tokio::test]
async fn random_bytes_on_the_port_disturb_nobody() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut other = hub(&sidecar).await;
    let mut dice = Dice(7);
    let greeting = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for round in 0..60 {
        let mut bytes = if round % 2 == 0 { greeting.to_vec() } else { Vec::new() };
        bytes.extend((0..dice.roll() % 400).map(|_| u8::try_from(dice.roll() % 256).unwrap()));
        shout(sidecar.address(), &bytes).await;
    }
    other.hello(()).await.unwrap();
    sidecar.shutdown().await;
}

#[tokio::test]
async fn connections_that_say_nothing_keep_nobody_waiting() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut silent = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(sidecar.address()).await.unwrap();
        stream.write_all(b"P").await.unwrap();
        silent.push(stream);
    }
    hub(&sidecar).await.hello(()).await.unwrap();
    drop(silent);
    sidecar.shutdown().await;
}

#[tokio::test]
async fn sixty_four_streams_share_the_work_and_each_item_is_given_once() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut client = hub(&sidecar).await;
    let mut workers = tokio::task::JoinSet::new();
    let (sender, mut seen) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..64 {
        let (mut hub, sender) = (hub(&sidecar).await, sender.clone());
        let mut items = hub.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap().into_inner();
        workers.spawn(async move {
            while let Ok(Some(item)) = items.message().await {
                let Some(pb::work_item::Request::WorkflowRequest(turn)) = item.request else { panic!() };
                let response = pb::WorkflowResponse {
                    instance_id: turn.instance_id.clone(),
                    actions: vec![complete(0, "1")],
                    completion_token: item.completion_token,
                    ..pb::WorkflowResponse::default()
                };
                hub.complete_workflow_task(response).await.unwrap();
                sender.send((number, turn.instance_id)).unwrap();
            }
        });
    }
    for number in 0..320 {
        let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
        let start =
            pb::CreateInstanceRequest { scheduled_start_timestamp, ..request(&format!("i{number}"), "w") };
        client.start_instance(start).await.unwrap();
    }
    let (mut ids, mut used) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..320 {
        let (worker, id) = seen.recv().await.unwrap();
        assert!(ids.insert(id.clone()), "{id} was given twice");
        used.insert(worker);
    }
    assert!(used.len() > 16, "only {} of 64 streams got work", used.len());
    sidecar.shutdown().await;
    while let Some(worker) = workers.join_next().await {
        worker.unwrap();
    }
}

#[tokio::test]
async fn ten_thousand_raises_during_one_turn_come_once_each_in_the_order_of_their_times() {
    let sidecar = Sidecar::builder().in_memory().start().await.unwrap();
    let mut client = hub(&sidecar).await;
    let mut worker = hub(&sidecar).await;
    let mut items = worker.get_work_items(pb::GetWorkItemsRequest::default()).await.unwrap().into_inner();
    let scheduled_start_timestamp = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
    let start = pb::CreateInstanceRequest { scheduled_start_timestamp, ..request("a", "w") };
    client.start_instance(start).await.unwrap();
    let mut token = items.message().await.unwrap().unwrap().completion_token;
    let mut raises = tokio::task::JoinSet::new();
    for caller in 0..100 {
        let mut client = client.clone();
        raises.spawn(async move {
            for number in 0..100 {
                client.raise_event(raise("a", "e", &(caller * 100 + number).to_string())).await.unwrap();
            }
        });
    }
    while let Some(caller) = raises.join_next().await {
        caller.unwrap();
    }
    let (mut times, mut last_of_caller) = (Vec::new(), vec![-1; 100]);
    while times.len() < 10_000 {
        let response = pb::WorkflowResponse {
            instance_id: "a".into(),
            completion_token: token,
            ..pb::WorkflowResponse::default()
        };
        worker.complete_workflow_task(response).await.unwrap();
        let item = items.message().await.unwrap().unwrap();
        let Some(pb::work_item::Request::WorkflowRequest(turn)) = item.request else { panic!("no turn") };
        for event in &turn.new_events[1..] {
            let time = event.timestamp.unwrap();
            times.push((time.seconds, time.nanos));
            let word = words(std::slice::from_ref(event)).remove(0);
            let number: i32 = word.strip_prefix("raised e ").unwrap().parse().unwrap();
            let last = &mut last_of_caller[usize::try_from(number / 100).unwrap()];
            assert_eq!(number % 100, *last + 1, "a caller's events keep their order");
            *last += 1;
        }
        token = item.completion_token;
    }
    assert!(times.is_sorted_by(|earlier, later| earlier < later), "no two events have the same time");
    assert!(last_of_caller.iter().all(|last| *last == 99));
    sidecar.shutdown().await;
}
