//! The client against a sidecar that follows a script.
#![allow(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, but does not see that their helpers are tests too"
)]

#[path = "../support/fake.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared with the tests of the worker, which use other parts of it"
)]
mod fake;
mod records;

use dacapo::client::{RunError, Status};
use dacapo::prelude::*;
use dacapo::{RuntimeError, Schedule};
use dacapo_proto::pb;
use pb::OrchestrationStatus as Wire;
use pb::history_event::EventType;
use prost::Message as _;
use tonic::Code;

use fake::{Call, Fake, Reply, Reserved, Script};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Order {
    item: String,
    quantity: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
enum OrderError {
    #[error("{missing} are missing")]
    OutOfStock { missing: u32 },
}

#[workflow]
async fn fulfil(order: Order) -> Result<u32, OrderError> {
    Ok(order.quantity)
}

const APPROVAL: Event<bool> = Event::new("approval");

fn order() -> Order {
    Order { item: "cars".to_owned(), quantity: 10 }
}

fn client(fake: &Fake) -> Client {
    Client::new(&Connection::to(&fake.address).unwrap())
}

async fn scheduled<C: Schedule>(call: C) -> pb::CreateInstanceRequest {
    let mut fake = Fake::start(Script::default()).await;
    client(&fake).schedule(call).await.unwrap();
    match fake.next().await {
        Call::Start(request) => request,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_call_is_scheduled_with_its_name_input_and_id() {
    let request = scheduled(fulfil(order()).id("order-1")).await;
    assert_eq!((&*request.name, &*request.instance_id), ("fulfil", "order-1"));
    assert_eq!(request.input.as_deref(), Some(r#"{"item":"cars","quantity":10}"#));
    assert_eq!((request.scheduled_start_timestamp, request.router), (None, None));
}

#[tokio::test]
async fn an_instance_without_an_id_gets_a_random_one() {
    let mut fake = Fake::start(Script::default()).await;
    let (first, second) =
        (client(&fake).schedule(fulfil(order())).await, client(&fake).schedule(fulfil(order())).await);
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_ne!(first.id(), second.id());
    assert_eq!(first.id().len(), 36);
    assert!(matches!(fake.next().await, Call::Start(request) if request.instance_id == first.id()));
}

#[tokio::test]
async fn a_start_time_is_passed_on() {
    let time: Timestamp = "2030-01-02T03:04:05.000000006Z".parse().unwrap();
    let request = scheduled(fulfil(order()).start_at(time)).await;
    let start = request.scheduled_start_timestamp.unwrap();
    assert_eq!((start.seconds, start.nanos), (time.unix_seconds(), 6));
}

#[tokio::test]
async fn an_id_that_dapr_would_misread_is_refused_before_anything_is_sent() {
    let client = Client::new(&Connection::to("http://127.0.0.1:1").unwrap());
    for id in ["", "a::b", "a||b", "a:"] {
        let error = client.schedule(fulfil(order()).id(id)).await.unwrap_err();
        assert!(matches!(error, RuntimeError::InvalidInstanceId { .. }), "{id}: {error}");
    }
}

#[tokio::test]
async fn without_a_sidecar_the_error_names_the_address_and_the_remedy() {
    let dapr = Connection::to("http://127.0.0.1:1").unwrap().patience(Duration::ZERO);
    let error = Client::new(&dapr).schedule(fulfil(order())).await.unwrap_err();
    assert!(
        matches!(&error, RuntimeError::Unreachable { endpoint, .. } if endpoint == "http://127.0.0.1:1"),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.contains("refused") && text.contains("dacapo-sidecar") && text.contains("DAPR_GRPC_PORT"),
        "{text}"
    );
    assert!(matches!(
        dapr.ready(Duration::ZERO).await,
        Err(RuntimeError::Unreachable { .. } | RuntimeError::TimedOut { .. })
    ));
}

#[tokio::test]
async fn a_sidecar_that_is_only_starting_is_waited_for() {
    let reserved = Reserved::new();
    let dapr = Connection::to(reserved.address()).unwrap();
    let ready = tokio::spawn(async move { dapr.ready(Duration::from_secs(20)).await });
    tokio::task::yield_now().await;
    let _fake = reserved.start(Script::default());
    ready.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_api_token_is_sent_and_its_refusal_has_a_name() {
    let script =
        Script::default().reply("StartInstance", [Reply::Fail(Code::Unauthenticated, "api token mismatch")]);
    let fake = Fake::start(script).await;
    let dapr = Connection::to(&fake.address).unwrap().api_token("wrong").unwrap();
    let error = Client::new(&dapr).schedule(fulfil(order())).await.unwrap_err();
    assert!(matches!(&error, RuntimeError::Unauthenticated { .. }), "{error:?}");
    assert!(error.to_string().contains("DAPR_API_TOKEN"), "{error}");
    assert_eq!(fake.metadata("dapr-api-token").as_deref(), Some("wrong"));
}

#[tokio::test]
async fn each_refusal_has_its_variant() {
    let cases = [
        (Code::AlreadyExists, "an active workflow with ID 'a' already exists", "AlreadyExists"),
        (Code::Unknown, "rpc error: an active workflow with ID 'a' already exists", "AlreadyExists"),
        (Code::Unimplemented, "unknown service", "Unsupported"),
        (Code::ResourceExhausted, "larger than max", "TooLarge"),
        (Code::Internal, "boom", "Sidecar"),
    ];
    for (code, message, expected) in cases {
        let fake = Fake::start(Script::default().reply("StartInstance", [Reply::Fail(code, message)])).await;
        let error = client(&fake).schedule(fulfil(order()).id("a")).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{code:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_sidecar_that_might_act_on_its_own_app_is_not_asked_to_schedule_in_another() {
    let mut fake = Fake::start(Script::default()).await;
    let error = client(&fake).schedule(fulfil(order()).id("order-1").app("other")).await.unwrap_err();
    assert!(matches!(&error, RuntimeError::Unsupported { call } if call.contains("`other`")), "{error:?}");
    client(&fake).schedule(fulfil(order()).id("order-2")).await.unwrap();
    assert!(matches!(fake.next().await, Call::Start(request) if request.instance_id == "order-2"));
}

#[tokio::test]
async fn a_sidecar_that_is_only_starting_is_also_waited_for_with_work_for_another_app() {
    let reserved = Reserved::new();
    let client = Client::new(&Connection::to(reserved.address()).unwrap());
    let asked = tokio::spawn(async move { client.schedule(fulfil(order()).app("other")).await.map(drop) });
    tokio::task::yield_now().await;
    let _fake = reserved.start(Script::default());
    let answered = asked.await.unwrap();
    assert!(matches!(answered, Err(RuntimeError::Unsupported { .. })), "{answered:?}");
}

#[tokio::test]
async fn a_unique_id_is_asked_for_first_and_then_demanded_of_the_sidecar() {
    let mut fake = Fake::start(Script::default()).await;
    client(&fake).schedule(fulfil(order()).id("order-1").unique()).await.unwrap();
    assert!(matches!(fake.next().await, Call::Get(id) if id == "order-1"));
    let Call::Start(request) = fake.next().await else { panic!("it is started") };
    assert!(request.enforce_unique_instance_id);
    assert!(!scheduled(fulfil(order()).id("order-1")).await.enforce_unique_instance_id);
}

#[tokio::test]
async fn a_unique_id_that_an_ended_instance_has_is_refused_and_nothing_is_started() {
    let mut fake = Fake::start(Script::default().state("order-1", Wire::Completed, |_| {})).await;
    let time = Timestamp::UNIX_EPOCH;
    let error =
        client(&fake).schedule(fulfil(order()).start_at(time).unique().id("order-1")).await.unwrap_err();
    assert!(
        matches!(&error, RuntimeError::AlreadyExists { instance_id, .. } if instance_id == "order-1"),
        "{error:?}"
    );
    assert!(error.to_string().contains("COMPLETED"), "{error}");
    assert!(matches!(fake.next().await, Call::Get(_)));
    client(&fake).schedule(fulfil(order()).id("order-2")).await.unwrap();
    assert!(matches!(fake.next().await, Call::Start(request) if request.instance_id == "order-2"));
}

#[tokio::test]
async fn a_schedule_without_an_answer_ends_at_its_deadline_and_names_the_instance() {
    let fake = Fake::start(Script::default().reply("StartInstance", [Reply::Hang])).await;
    let error = client(&fake)
        .deadline(Duration::from_millis(50))
        .schedule(fulfil(order()).id("order-1"))
        .await
        .unwrap_err();
    assert!(matches!(error, RuntimeError::TimedOut { .. }), "{error:?}");
    assert!(error.to_string().contains("`order-1`"), "{error}");
}

#[tokio::test]
async fn every_call_carries_its_deadline() {
    let fake = Fake::start(Script::default()).await;
    let client = client(&fake).deadline(Duration::from_secs(7));
    client.schedule(fulfil(order())).await.unwrap();
    let sent = fake.metadata("grpc-timeout").unwrap();
    let micros: u64 = sent.strip_suffix('u').unwrap().parse().unwrap();
    assert!((6_000_000..=7_000_000).contains(&micros), "{sent}");
}

#[tokio::test]
async fn arguments_over_the_own_limit_are_refused_before_they_are_sent() {
    let fake = Fake::start(Script::default()).await;
    let client = Client::new(&Connection::to(&fake.address).unwrap().max_message_bytes(1000));
    let error = client.schedule(fulfil(Order { item: "x".repeat(1000), quantity: 1 })).await.unwrap_err();
    assert!(matches!(error, RuntimeError::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn a_result_has_the_type_of_its_workflow() {
    let script =
        Script::default().state("order-1", Wire::Completed, |state| state.output = Some("10".to_owned()));
    let fake = Fake::start(script).await;
    let quantity: u32 = client(&fake).run(fulfil, "order-1").result().await.unwrap();
    assert_eq!(quantity, 10);
}

#[tokio::test]
async fn a_failure_has_the_error_of_its_workflow_and_the_details() {
    let value = pb::TaskFailureDetails {
        error_type: "dacapo.error/1".to_owned(),
        error_message: r#"{"OutOfStock":{"missing":3}}"#.to_owned(),
        ..Default::default()
    };
    let details = pb::TaskFailureDetails {
        error_type: "OrderError".to_owned(),
        error_message: "3 are missing".to_owned(),
        inner_failure: Some(Box::new(value)),
        ..Default::default()
    };
    let script =
        Script::default().state("order-1", Wire::Failed, |state| state.failure_details = Some(details));
    let fake = Fake::start(script).await;
    let error = client(&fake).run(fulfil, "order-1").result().await.unwrap_err();
    let RunError::Failed(failure) = error else { panic!("{error:?}") };
    assert_eq!(failure.error(), Some(&OrderError::OutOfStock { missing: 3 }));
    assert_eq!(failure.to_string(), "workflow `fulfil` failed: 3 are missing");
}

#[tokio::test]
async fn a_result_of_another_type_is_reported_with_its_text() {
    let script = Script::default()
        .state("order-1", Wire::Completed, |state| state.output = Some("\"ten\"".to_owned()));
    let fake = Fake::start(script).await;
    let error = client(&fake).run(fulfil, "order-1").result().await.unwrap_err();
    assert!(matches!(&error, RunError::Undecodable { text, .. } if text == "\"ten\""), "{error:?}");
}

#[tokio::test]
async fn a_terminated_instance_has_no_result_but_its_output() {
    let script = Script::default()
        .state("order-1", Wire::Terminated, |state| state.output = Some("\"stop\"".to_owned()));
    let fake = Fake::start(script).await;
    let error = client(&fake).run(fulfil, "order-1").result().await.unwrap_err();
    assert!(
        matches!(&error, RunError::Terminated { output, .. } if output.as_deref() == Some("\"stop\"")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_stalled_instance_is_reported_with_the_recorded_reason() {
    let stalled =
        pb::ExecutionStalledEvent { reason: 1, description: Some("Version not available: 2".to_owned()) };
    let history = vec![fake::event(-1, EventType::ExecutionStalled(stalled)).encode_to_vec().into()];
    let script = Script::default().state("order-1", Wire::Stalled, |_| ()).history(history);
    let fake = Fake::start(script).await;
    let error = client(&fake).run(fulfil, "order-1").result().await.unwrap_err();
    assert!(
        matches!(&error, RunError::Stalled { reason, .. } if reason == "Version not available: 2"),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_instance_that_is_still_stalled_at_the_deadline_is_reported_as_stalled() {
    let script = Script::default()
        .state("order-1", Wire::Stalled, |_| ())
        .reply("WaitForInstanceCompletion", [Reply::Hang]);
    let fake = Fake::start(script).await;
    let run = client(&fake).run(fulfil, "order-1");
    let error = run.result_within(Duration::from_millis(100)).await.unwrap_err();
    assert!(matches!(&error, RunError::Stalled { .. }), "{error:?}");
}

#[tokio::test]
async fn calls_are_repeated_while_the_sidecar_has_no_worker_to_do_them() {
    let message = "failed to create actor: actor type dapr.internal.default.orders.workflow not registered";
    let no_worker = Reply::Fail(Code::Unknown, message);
    let fake =
        Fake::start(Script::default().reply("RaiseEvent", [no_worker.clone(), no_worker.clone(), Reply::Ok]))
            .await;
    client(&fake).instance("order-1").raise(APPROVAL, true).await.unwrap();
    let fake = Fake::start(Script::default().reply("RaiseEvent", [no_worker])).await;
    let impatient = client(&fake).deadline(Duration::from_millis(300));
    let error = impatient.instance("order-1").raise(APPROVAL, true).await.unwrap_err();
    assert!(
        matches!(&error, RuntimeError::TimedOut { what, .. } if what.contains("is a worker")),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_instance_that_was_read_halfway_is_read_again() {
    let halfway = Reply::Fail(
        Code::Unknown,
        "workflow 'order-1': inbox key 'inbox-000000' declared in metadata (inboxLength=1) but missing from state store \
         (transient store read failure or partial save?)",
    );
    let script = Script::default().state("order-1", Wire::Running, |_| ());
    let fake = Fake::start(script.reply("GetInstance", [halfway.clone(), halfway, Reply::Ok])).await;
    assert_eq!(client(&fake).instance("order-1").get().await.unwrap().status, Status::Running);
}

#[tokio::test]
async fn an_instance_seen_stalled_only_once_is_waited_for() {
    let script = Script::default()
        .state("order-1", Wire::Stalled, |_| ())
        .reply("WaitForInstanceCompletion", [Reply::Hang]);
    let mut fake = Fake::start(script).await;
    let run = client(&fake).run(fulfil, "order-1");
    let result = tokio::spawn(async move { run.result().await });
    fake.next_of(|call| matches!(call, Call::Wait(_)).then_some(())).await;
    fake.change(|script| {
        *script = std::mem::take(script)
            .state("order-1", Wire::Completed, |state| state.output = Some("10".to_owned()));
    });
    assert_eq!(result.await.unwrap().unwrap(), 10);
}

#[tokio::test]
async fn waiting_goes_on_through_lost_connections_until_the_end() {
    let away = Reply::Fail(Code::Unavailable, "shutting down");
    let script = Script::default()
        .state("order-1", Wire::Running, |_| ())
        .reply("GetInstance", [Reply::Ok, away.clone(), Reply::Ok])
        .reply("WaitForInstanceCompletion", [away, Reply::Ok]);
    let mut fake = Fake::start(script).await;
    let run = client(&fake).run(fulfil, "order-1");
    let result = tokio::spawn(async move { run.result_within(Duration::from_secs(60)).await });
    fake.next_of(|call| matches!(call, Call::Wait(_)).then_some(())).await;
    fake.change(|script| {
        *script = std::mem::take(script)
            .state("order-1", Wire::Completed, |state| state.output = Some("10".to_owned()));
    });
    assert_eq!(result.await.unwrap().unwrap(), 10);
}

#[tokio::test]
async fn waiting_ends_at_the_callers_deadline() {
    let script = Script::default()
        .state("order-1", Wire::Running, |_| ())
        .reply("WaitForInstanceCompletion", [Reply::Hang])
        .reply("WaitForInstanceStart", [Reply::Hang]);
    let fake = Fake::start(script).await;
    let error =
        client(&fake).run(fulfil, "order-1").result_within(Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(&error, RunError::Runtime(RuntimeError::TimedOut { .. })), "{error:?}");
    assert!(error.to_string().contains("waiting for the end of `order-1`"), "{error}");
    let state = client(&fake).instance("order-1").wait_for_start(Duration::from_millis(50)).await.unwrap();
    assert_eq!(state.status, Status::Running);
}

#[tokio::test]
async fn an_instance_that_is_not_there_is_not_waited_for() {
    let script = Script::default().reply("WaitForInstanceCompletion", [Reply::Hang]);
    let fake = Fake::start(script).await;
    let instance = client(&fake).instance("order-9");
    assert!(
        matches!(instance.get().await, Err(RuntimeError::NotFound { instance_id }) if instance_id == "order-9")
    );
    let waited = instance.wait_for_completion(Duration::from_secs(60)).await;
    assert!(matches!(waited, Err(RuntimeError::NotFound { .. })), "{waited:?}");
}

#[tokio::test]
async fn an_event_travels_with_its_name_and_payload() {
    let mut fake = Fake::start(Script::default()).await;
    client(&fake).run(fulfil, "order-1").raise(APPROVAL, true).await.unwrap();
    client(&fake).instance("order-1").raise(Event::new("ping"), ()).await.unwrap();
    for (name, payload) in [("approval", Some("true")), ("ping", None)] {
        let Call::Raise(request) = fake.next().await else { panic!("no event") };
        assert_eq!(
            (&*request.instance_id, &*request.name, request.input.as_deref()),
            ("order-1", name, payload)
        );
    }
}

#[tokio::test]
async fn an_event_for_an_instance_that_is_not_there_is_an_error() {
    let refusal = Reply::Fail(Code::Unknown, "failed to raise event: no such instance exists");
    let fake = Fake::start(Script::default().reply("RaiseEvent", [refusal])).await;
    let error = client(&fake).instance("order-9").raise(APPROVAL, true).await.unwrap_err();
    assert_eq!(error, RuntimeError::NotFound { instance_id: "order-9".to_owned() });
}

#[tokio::test]
async fn suspending_resuming_and_terminating_say_what_is_meant() {
    let mut fake = Fake::start(Script::default()).await;
    let instance = client(&fake).instance("order-1");
    instance.suspend("lunch").await.unwrap();
    instance.resume("").await.unwrap();
    instance.terminate("enough").await.unwrap();
    instance.terminate_alone(()).await.unwrap();
    assert!(
        matches!(fake.next().await, Call::Suspend(request) if request.reason.as_deref() == Some("lunch"))
    );
    assert!(matches!(fake.next().await, Call::Resume(request) if request.reason.is_none()));
    let both = [(Some("\"enough\""), true), (None, false)];
    for (output, recursive) in both {
        let Call::Terminate(request) = fake.next().await else { panic!("no termination") };
        assert_eq!((request.output.as_deref(), request.recursive), (output, recursive));
    }
}
