//! What is wrong gets a clear error, and nothing is lost by it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::net::TcpListener;

use common::process::{Ended, Process};
use common::world::{World, failing, order};
use common::{LONG, address};
use dacapo::RuntimeError;
use dacapo::client::{RunError, Status};
use dacapo::prelude::*;
use order_processor::activities::notify;
use order_processor::models::{Fault, Order, OrderError, OrderResult};
use order_processor::workflow::{MANAGER_APPROVAL, order_processing};
use tempfile::TempDir;

/// Declared by its signature alone, so no worker here has it.
#[workflow]
async fn launch_rocket(target: String) -> Result<()>;

/// The same workflow, believed to take something else.
#[workflow(name = "order_processing")]
async fn order_in_words(words: String) -> Result<OrderResult>;

/// The same workflow, believed to return something else.
#[workflow(name = "order_processing")]
async fn order_for_a_number(order: Order) -> Result<u32>;

/// What happens to the best of us.
#[activity]
async fn trip(over: String) -> Result<()> {
    panic!("tripped over {over}")
}

#[workflow]
async fn walk(over: String) -> Result<()> {
    trip(over).await?;
    Ok(())
}

/// More than a message may hold.
#[activity]
async fn copy(bytes: usize) -> Result<String> {
    Ok("x".repeat(bytes))
}

#[workflow]
async fn copy_all(bytes: usize) -> Result<usize> {
    Ok(copy(bytes).await?.len())
}

fn run(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    Process::order_processor(folder.path(), arguments, variables).ended()
}

/// The order that every test can place afterwards to see that all is well.
fn well() -> Order {
    order("paperclip", 1)
}

#[test]
fn without_a_sidecar_at_the_address_it_says_so() {
    let folder = TempDir::new().unwrap();
    // Bound and not listening: nobody else gets the port, and nobody answers.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let variables = [("DAPR_GRPC_ENDPOINT", closed.to_string())];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let text = format!("no Dapr sidecar answers at http://{closed}");
    run(&folder, &[], &variables).check(1, &[&text, "DAPR_GRPC_PORT"]);
    run(&folder, &[], &[("DAPR_GRPC_PORT", "fifty")]).check(1, &["DAPR_GRPC_PORT is `fifty`"]);
    assert!(!folder.path().join("orders.db").exists(), "no other sidecar was started instead");
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ended = Process::sidecar(&["--port", &port]).ended();
    assert!(!ended.status.success());
    assert!(ended.said(&port), "{}", ended.lines.join("\n"));
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("orders.db");
    let other = rusqlite::Connection::open(&db).unwrap();
    other.execute_batch("CREATE TABLE diary (entry TEXT); INSERT INTO diary VALUES ('dear diary')").unwrap();
    drop(other);
    let before = std::fs::read(&db).unwrap();
    run(&folder, &[], &[]).check(1, &["orders.db is not a database of dacapo-sidecar"]);
    assert_eq!(std::fs::read(&db).unwrap(), before);

    std::fs::write(&db, "milk, eggs, bread\n".repeat(100)).unwrap();
    run(&folder, &[], &[]).check(1, &["orders.db is not a database of dacapo-sidecar"]);
    assert_eq!(std::fs::read_to_string(&db).unwrap(), "milk, eggs, bread\n".repeat(100));
}

#[test]
fn a_database_of_a_newer_schema_waits_for_the_newer_program() {
    let folder = TempDir::new().unwrap();
    run(&folder, &["--id=old", "--item=paperclip"], &[]).check(0, &[]);
    let version = |number: i64| {
        let database = rusqlite::Connection::open(folder.path().join("orders.db")).unwrap();
        let found: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        database.pragma_update(None, "user_version", number).unwrap();
        found
    };
    let known = version(1_000_000);
    run(&folder, &[], &[]).check(1, &["schema version 1000000", "newer"]);
    version(known);
    run(&folder, &["--id=old"], &[]).check(0, &["finished already", "workflow status: COMPLETED"]);
}

#[test]
fn a_database_that_is_open_elsewhere_is_not_shared() {
    let folder = TempDir::new().unwrap();
    let mut first = Process::order_processor(folder.path(), &["--id=first", "--approval=none"], &[]);
    first.line_with("Requesting approval");
    let text = format!("in use by another sidecar (process {})", first.id());
    run(&folder, &["--id=second"], &[]).check(1, &[&text]);
    first.kill();
    run(&folder, &["--approval-delay=50ms"], &[])
        .check(0, &["Order first is unfinished", "workflow status: COMPLETED"]);
}

#[test]
fn an_id_of_another_workflow_is_no_order() {
    let sidecar = Process::sidecar(&["--port=0"]);
    let address = address(&sidecar);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let connection = Connection::to(&address).unwrap();
        let worker = Worker::builder(&connection).activity(trip).workflow(walk).start().await.unwrap();
        let run = Client::new(&connection).schedule(walk("a stone".to_owned()).id("stroll")).await.unwrap();
        run.result_within(LONG).await.unwrap_err();
        worker.shutdown().await.unwrap();
    });
    let variables = [("DAPR_GRPC_ENDPOINT", address.as_str())];
    let folder = TempDir::new().unwrap();
    run(&folder, &["--id=stroll"], &variables)
        .check(1, &["`stroll` is an instance of workflow `walk` and no order"]);
    run(&folder, &["--id=a||b"], &variables).check(1, &["`a||b` cannot be an instance id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_no_worker_knows_stalls_and_says_its_name() {
    let world = World::open().await;
    let run = world.client.schedule(launch_rocket("moon".to_owned()).id("rocket")).await.unwrap();
    let stalled = run.result_within(LONG).await.unwrap_err();
    assert!(
        matches!(&stalled, RunError::Stalled { instance_id, .. } if instance_id == "rocket"),
        "{stalled}"
    );
    assert_eq!(run.status().await.unwrap().status, Status::Stalled);
    assert!(world.order("well", well()).await.unwrap().processed);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_stalls_for_want_of_code_goes_on_when_the_code_is_deployed() {
    let world = World::with(|worker| worker.activity(notify)).await;
    world.place("early", well()).await;
    assert!(matches!(world.outcome("early").await, Err(RunError::Stalled { .. })));
    let world = world.redeploy(|worker| worker.register_all()).await;
    let state = world.client.instance("early").wait_for_completion(LONG).await.unwrap();
    assert_eq!(state.status, Status::Completed);
    assert_eq!(world.close().await.booked("payment", "early"), [5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_input_of_another_type_stalls_and_pays_nothing() {
    let world = World::open().await;
    let run = world.client.schedule(order_in_words("ten cars, please".to_owned()).id("words")).await.unwrap();
    let stalled = run.result_within(LONG).await.unwrap_err();
    assert!(matches!(stalled, RunError::Stalled { .. }), "{stalled}");
    assert!(world.order("well", well()).await.unwrap().processed);
    assert_eq!(world.close().await.count("payment"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_of_another_type_is_shown_as_it_is() {
    let world = World::open().await;
    let run = world.client.schedule(order_for_a_number(well()).id("number")).await.unwrap();
    let error = run.result_within(LONG).await.unwrap_err();
    assert!(
        matches!(&error, RunError::Undecodable { text, .. } if text == r#"{"processed":true}"#),
        "{error}"
    );
    assert_eq!(world.outcome("number").await.unwrap(), OrderResult::processed());
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_for_nobody_is_an_error_and_one_for_a_finished_order_is_ignored() {
    let world = World::open().await;
    let approval = order_processor::approval::Approval { approved: true };
    let error = world.client.instance("nobody").raise(MANAGER_APPROVAL, approval).await.unwrap_err();
    assert_eq!(error, RuntimeError::NotFound { instance_id: "nobody".to_owned() });
    assert!(error.to_string().contains("`nobody`"));

    assert!(world.order("well", well()).await.unwrap().processed);
    world.client.instance("well").raise(MANAGER_APPROVAL, approval).await.unwrap();
    assert_eq!(world.outcome("well").await.unwrap(), OrderResult::processed());
    assert_eq!(world.close().await.count("payment"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_says_nothing_fails_the_order_before_it_is_paid() {
    let world = World::open().await;
    world.place("cars", order("cars", 10)).await;
    world
        .client
        .instance("cars")
        .raise_json(MANAGER_APPROVAL.name(), Some(r#""maybe""#.to_owned()))
        .await
        .unwrap();
    let RunError::Failed(failure) = world.outcome("cars").await.unwrap_err() else { panic!("it must fail") };
    let Some(OrderError::Other(text)) = failure.error() else { panic!("{failure}") };
    assert!(
        text.contains("event `manager_approval`") && text.ends_with(r#"its text was: "maybe""#),
        "{text}"
    );
    assert_eq!(world.close().await.count("payment"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_taken_is_refused_and_the_first_order_goes_on() {
    let world = World::open().await;
    world.place("cars", order("cars", 10)).await;
    let error = world.client.schedule(order_processing(well()).id("cars")).await.unwrap_err();
    assert!(
        matches!(&error, RuntimeError::AlreadyExists { instance_id, .. } if instance_id == "cars"),
        "{error}"
    );
    world.client.instance("cars").raise_json(MANAGER_APPROVAL.name(), None).await.unwrap();
    assert!(world.outcome("cars").await.unwrap().processed);
    assert_eq!(world.close().await.booked("payment", "cars"), [150_000]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_that_panics_fails_its_workflow_and_nothing_else() {
    let world = World::open().await;
    let run = world.client.schedule(walk("a stone".to_owned())).await.unwrap();
    let RunError::Failed(failure) = run.result_within(LONG).await.unwrap_err() else {
        panic!("it must fail")
    };
    assert_eq!(failure.details().message, "activity `trip` failed: `trip` panicked: tripped over a stone");
    let cause = failure.details().inner.as_ref().unwrap();
    assert_eq!(cause.error_type, "ActivityPanic");
    assert!(world.order("well", well()).await.unwrap().processed);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_over_the_limit_is_refused_and_creates_nothing() {
    const LIMIT: usize = 100_000;
    let world = World::open().await;
    let narrow = Client::new(&world.connection().clone().max_message_bytes(LIMIT));
    let fits = Order { item_name: "x".repeat(LIMIT - 1_000), ..well() };
    narrow.schedule(order_processing(fits).id("fits")).await.unwrap();
    assert!(!world.outcome("fits").await.unwrap().processed);
    let large = Order { item_name: "x".repeat(LIMIT), ..well() };
    let error = narrow.schedule(order_processing(large).id("large")).await.unwrap_err();
    assert!(matches!(error, RuntimeError::TooLarge { .. }), "{error}");
    let missing = world.client.instance("large").get().await.unwrap_err();
    assert_eq!(missing, RuntimeError::NotFound { instance_id: "large".to_owned() });
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_over_the_limit_fails_the_activity_and_the_worker_goes_on() {
    const LIMIT: usize = 100_000;
    let world = World::open().await;
    let narrow = world.connection().clone().max_message_bytes(LIMIT);
    let world = world.redeploy_at(&narrow, |worker| worker.register_all()).await;
    let copied =
        async |bytes| world.client.schedule(copy_all(bytes)).await.unwrap().result_within(LONG).await;
    assert_eq!(copied(LIMIT - 1_000).await.unwrap(), LIMIT - 1_000);
    let error = copied(LIMIT).await.unwrap_err();
    let RunError::Failed(failure) = error else { panic!("it must fail: {error}") };
    assert!(failure.to_string().contains("too large"), "{failure}");
    assert!(world.order("well", well()).await.unwrap().processed);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_payment_is_not_tried_again() {
    let world = World::open().await;
    world.order("declined", failing(Fault::Payment, well())).await.unwrap_err();
    let tries = world.shop.heard().iter().filter(|line| line.starts_with("ProcessPaymentActivity")).count();
    assert_eq!(tries, 1);
    world.close().await;
}
