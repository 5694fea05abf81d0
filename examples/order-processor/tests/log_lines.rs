//! The log lines of workflow code. One test alone in its process, because logging is global.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use common::world::{World, order};
use dacapo::client::HistoryEvent;
use order_processor::approval::Approval;
use order_processor::workflow::MANAGER_APPROVAL;
use tracing_subscriber::fmt::MakeWriter;

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_logs_once_although_every_turn_replays_it() {
    let log = Log::default();
    tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).init();

    // Nothing is kept between turns, so each of them runs the workflow from its beginning.
    let world = World::with(|worker| worker.register_all().warm_bytes(0)).await;
    world.place("cars-1", order("cars", 10)).await;
    world.client.instance("cars-1").raise(MANAGER_APPROVAL, Approval { approved: true }).await.unwrap();
    assert!(world.outcome("cars-1").await.unwrap().processed);

    let history = world.client.instance("cars-1").history().await.unwrap();
    let turns =
        history.iter().filter(|entry| matches!(entry.event, HistoryEvent::TurnStarted { .. })).count();
    assert!(turns > 5, "{turns} turns");
    let text = log.text();
    for line in ["order cars-1 begins", "order cars-1 ends"] {
        assert_eq!(text.matches(line).count(), 1, "`{line}` in:\n{text}");
    }
    let begins = text.lines().find(|line| line.contains("order cars-1 begins")).unwrap();
    assert!(begins.contains(r#"workflow="order_processing""#), "the line says where it comes from: {begins}");
    world.close().await;
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
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
