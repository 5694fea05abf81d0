//! Connecting, noticing that nobody is there, and connecting again.

use tonic::{Code, Status};

use super::fake::{Call, Fake, Reply, Reserved, Script, activity_item};
use super::*;

const UNAVAILABLE: Reply =
    Reply::Fail(Code::Unavailable, "unable to establish work item stream at this time");

#[tokio::test]
async fn a_stream_is_opened_after_hello_asks_for_deltas_and_has_no_deadline() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    assert!(matches!(fake.next().await, Call::Hello));
    let Call::Opened(0, request) = fake.next().await else { panic!("no stream after Hello") };
    assert_eq!(request.capabilities, [i32::from(pb::WorkerCapability::StatefulHistory)]);
    assert_eq!(fake.metadata("grpc-timeout"), None);
}

#[tokio::test]
async fn a_worker_is_connected_before_the_head_of_the_stream_arrives() {
    let mut fake = Fake::start(Script::default()).await;
    let worker = worker(&fake).start().await.unwrap();
    worker.connected().await;
    fake.opened().await;
    fake.send(activity_item("double", Some("1"), 0, ""));
    assert_eq!(fake.activity().await.result.as_deref(), Some("2"));
}

#[tokio::test]
async fn a_worker_waits_for_a_sidecar_that_comes_later() {
    let reserved = Reserved::new();
    let worker = worker_at(&reserved.address()).start().await.unwrap();
    let mut fake = reserved.start(Script::default());
    worker.connected().await;
    assert_eq!(fake.opened().await, 0);
}

#[tokio::test]
async fn a_refused_hello_and_a_refused_stream_are_tried_again() {
    let script = Script::default()
        .reply("Hello", [UNAVAILABLE, UNAVAILABLE, Reply::Ok])
        .reply("GetWorkItems", [UNAVAILABLE, UNAVAILABLE, Reply::Ok]);
    let mut fake = Fake::start(script).await;
    let _worker = worker(&fake).start().await.unwrap();
    while fake.opened().await != 2 {}
    fake.send(activity_item("double", Some("1"), 0, ""));
    fake.activity().await;
}

#[tokio::test]
async fn a_stream_that_ends_is_opened_again_whatever_the_reason() {
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    for (number, code) in
        [Code::Unavailable, Code::Cancelled, Code::Internal, Code::ResourceExhausted].into_iter().enumerate()
    {
        assert_eq!(fake.opened().await, number);
        fake.end_stream(Status::new(code, "shutting down"));
    }
    assert_eq!(fake.opened().await, 4);
}

#[tokio::test]
async fn two_failed_hellos_in_a_row_tear_the_stream_down() {
    let fails = Reply::Fail(Code::Unavailable, "gone");
    let script = Script::default().reply("Hello", [Reply::Ok, fails.clone(), fails, Reply::Ok]);
    let mut fake = Fake::start(script).await;
    let mut builder = worker(&fake);
    builder.settings.pace.hello_every = Duration::from_millis(5);
    let _worker = builder.start().await.unwrap();
    assert_eq!(fake.gone().await, 0);
    assert_eq!(fake.opened().await, 1);
}

#[tokio::test]
async fn hellos_without_an_answer_tear_the_stream_down() {
    let mut fake =
        Fake::start(Script::default().reply("Hello", [Reply::Ok, Reply::Hang, Reply::Hang, Reply::Ok])).await;
    let mut builder = worker(&fake);
    builder.settings.pace.hello_every = Duration::from_millis(5);
    builder.settings.pace.hello_timeout = Duration::from_millis(50);
    let _worker = builder.start().await.unwrap();
    assert_eq!(fake.gone().await, 0);
    assert_eq!(fake.opened().await, 1);
}

#[tokio::test]
async fn a_single_failed_hello_now_and_then_changes_nothing() {
    let fails = Reply::Fail(Code::Internal, "hiccup");
    let replies = [Reply::Ok, fails.clone(), Reply::Ok, fails.clone(), Reply::Ok, fails, Reply::Ok];
    let mut fake = Fake::start(Script::default().reply("Hello", replies)).await;
    let mut builder = worker(&fake);
    builder.settings.pace.hello_every = Duration::from_millis(2);
    let _worker = builder.start().await.unwrap();
    let mut hellos = 0;
    while hellos < 10 {
        match fake.next().await {
            Call::Hello => hellos += 1,
            Call::Opened(0, _) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_api_token_goes_with_every_call() {
    let mut fake = Fake::start(Script::default()).await;
    let dapr = Connection::to(&fake.address).unwrap().api_token("secret").unwrap();
    let _worker = Worker::builder(&dapr).activity(double).start().await.unwrap();
    for _ in 0..2 {
        fake.next().await;
        assert_eq!(fake.metadata("dapr-api-token").as_deref(), Some("secret"));
    }
    fake.send(activity_item("double", Some("1"), 0, ""));
    fake.activity().await;
    assert_eq!(fake.metadata("dapr-api-token").as_deref(), Some("secret"));
}

#[tokio::test]
async fn dropping_the_worker_lets_go_of_the_stream() {
    let mut fake = Fake::start(Script::default()).await;
    let gate = Gate::new();
    let worker = worker(&fake).activity(wait_at_gate).state(gate.clone()).start().await.unwrap();
    fake.opened().await;
    fake.send(activity_item("wait_at_gate", None, 0, ""));
    gate.begun().await;
    drop(worker);
    assert_eq!(fake.gone().await, 0);
}
