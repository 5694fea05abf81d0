//! What a worker tells its operators.

use std::io::{self, Write};
use std::sync::{Condvar, Mutex};

use pb::history_event::EventType;
use prost::Message as _;
use tonic::Status;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use super::fake::{Fake, Reserved, Script, event, first_turn, second_turn, turn, workflow_item};
use super::*;

/// Everything that is logged by a worker that is started on the test's thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn capture() -> (Self, DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn lines_with(&self, text: &str) -> usize {
        let log = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        log.lines().filter(|line| line.contains(text)).count()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

static HELD: (Mutex<bool>, Condvar) = (Mutex::new(true), Condvar::new());

fn hold() {
    drop(HELD.1.wait_while(HELD.0.lock().unwrap(), |held| *held).unwrap());
}

#[workflow]
async fn tells(n: u32) -> Result<u32> {
    info!("{n} comes in");
    let n = double(n).await?;
    info!("{n} goes out");
    Ok(n)
}

#[workflow]
async fn block() -> Result<()> {
    hold();
    Ok(())
}

#[tokio::test]
async fn what_keeps_a_worker_out_is_said_with_the_remedy() {
    let (log, _guard) = Log::capture();
    let refused = fake::Reply::Fail(tonic::Code::Unauthenticated, "invalid api token");
    let mut fake = Fake::start(Script::default().reply("Hello", [refused])).await;
    let _worker = worker(&fake).start().await.unwrap();
    for _ in 0..3 {
        assert!(matches!(fake.next().await, fake::Call::Hello));
    }
    assert_eq!(log.lines_with("DAPR_API_TOKEN"), 1);
}

#[tokio::test]
async fn an_outage_is_one_line_and_its_end_another() {
    let (log, _guard) = Log::capture();
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    fake.change(|script| {
        let fails = fake::Reply::Fail(tonic::Code::Unavailable, "away");
        let replies = std::iter::repeat_n(fails, 5).chain([fake::Reply::Ok]);
        *script = std::mem::take(script).reply("Hello", replies);
    });
    fake.end_stream(Status::unavailable("shutting down"));
    assert_eq!(fake.opened().await, 1);
    // A turn shows that the new stream is in use, which is when the outage is over.
    fake.send(workflow_item(first_turn("a-1", "quadruple", Some("1")), ""));
    fake.workflow().await;
    assert_eq!(log.lines_with("lost the Dapr sidecar"), 1);
    assert_eq!(log.lines_with("shutting down"), 1);
    assert_eq!(log.lines_with("connected to the Dapr sidecar again"), 1);
}

#[tokio::test]
async fn a_sidecar_that_is_not_there_is_one_line_with_the_remedy() {
    let (log, _guard) = Log::capture();
    let reserved = Reserved::new();
    let address = reserved.address();
    let worker = worker_at(&address).start().await.unwrap();
    while log.lines_with("no Dapr sidecar takes this worker yet") == 0 {
        tokio::task::yield_now().await;
    }
    let mut fake = reserved.start(Script::default());
    fake.opened().await;
    worker.connected().await;
    assert_eq!(log.lines_with("no Dapr sidecar takes this worker yet"), 1);
    assert_eq!(log.lines_with("start a sidecar with `dapr run` or `dacapo-sidecar`"), 1);
    assert_eq!(log.lines_with(&address), log.lines_with("Dapr sidecar"));
}

#[tokio::test]
async fn a_slow_turn_is_named_while_it_still_runs() {
    let (log, _guard) = Log::capture();
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).workflow(block).slow_turn(Duration::from_millis(10)).start().await.unwrap();
    fake.opened().await;
    fake.send(workflow_item(first_turn("a-1", "block", None), ""));
    while log.lines_with("still running") == 0 {
        tokio::task::yield_now().await;
    }
    *HELD.0.lock().unwrap() = false;
    HELD.1.notify_all();
    fake.workflow().await;
    let line = "instance_id=\"a-1\" workflow=\"block\"";
    assert_eq!(log.lines_with(line), 2, "one while it runs, one when it has ended");
}

#[tokio::test]
async fn a_problem_is_reported_once_an_instance_with_both_sides() {
    let (log, _guard) = Log::capture();
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).start().await.unwrap();
    fake.opened().await;
    for _ in 0..3 {
        fake.send(workflow_item(second_turn("a-1", "sextuple", None), ""));
        fake.workflow().await;
    }
    assert_eq!(log.lines_with("workflow `sextuple` is not registered"), 1);
    assert_eq!(log.lines_with("instance_id=\"a-1\""), 1);
}

/// The subscriber is that of the test's thread, and the code runs on another.
#[tokio::test]
async fn workflow_code_logs_once_to_the_subscriber_of_whoever_started_the_worker() {
    let (log, _guard) = Log::capture();
    let mut fake = Fake::start(Script::default()).await;
    let _worker = worker(&fake).workflow(tells).warm_bytes(0).start().await.unwrap();
    fake.opened().await;
    let first = first_turn("a-1", "tells", Some("1"));
    fake.send(workflow_item(first.clone(), ""));
    fake.workflow().await;
    let scheduled = pb::TaskScheduledEvent { name: "double".to_owned(), ..Default::default() };
    let done =
        pb::TaskCompletedEvent { task_scheduled_id: 0, result: Some("2".to_owned()), ..Default::default() };
    let mut second = turn("a-1", vec![event(-1, EventType::TaskCompleted(done))]);
    second.past_events = first.new_events.iter().map(|event| event.encode_to_vec().into()).collect();
    second.past_events.push(event(0, EventType::TaskScheduled(scheduled)).encode_to_vec().into());
    fake.send(workflow_item(second, ""));
    assert!(matches!(only_action(&fake.workflow().await), WorkflowActionType::CompleteWorkflow(_)));
    let span = r#"workflow{workflow="tells" instance_id="a-1"}"#;
    assert_eq!((log.lines_with("1 comes in"), log.lines_with("2 goes out"), log.lines_with(span)), (1, 1, 2));
}
