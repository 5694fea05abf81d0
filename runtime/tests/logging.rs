//! Log events of workflow code with a subscriber for the whole program, on the embedded sidecar.
#![allow(
    clippy::unwrap_used,
    reason = "clippy allows it in tests, but does not see that their helpers are tests too"
)]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use dacapo::prelude::*;
use dacapo_sidecar::Sidecar;
use tracing_subscriber::fmt::MakeWriter;

#[activity]
async fn add_one(n: u32) -> u32 {
    n + 1
}

#[workflow]
async fn counts(steps: u32) -> Result<u32> {
    let mut n = 0;
    for _ in 0..steps {
        n = add_one(n).await?;
        info!("counted to {n}");
    }
    Ok(n)
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

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

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_logged_once_with_its_instance_although_every_turn_replays_all() {
    let log = Log::default();
    tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).init();
    let sidecar = Sidecar::builder().in_memory().port(0).start().await.unwrap();
    let dapr = Connection::to(sidecar.endpoint()).unwrap();
    let worker = Worker::builder(&dapr).register_all().warm_bytes(0).start().await.unwrap();
    let run = Client::new(&dapr).schedule(counts(5).id("counting")).await.unwrap();
    assert_eq!(run.result_within(Duration::from_secs(60)).await.unwrap(), 5);
    worker.shutdown().await.unwrap();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let counted: Vec<_> = text.lines().filter(|line| line.contains("counted to")).collect();
    assert_eq!(counted.len(), 5, "{text}");
    for (n, line) in (1..).zip(counted) {
        assert!(line.contains(r#"workflow{workflow="counts" instance_id="counting"}"#), "{line}");
        assert!(line.ends_with(&format!("counted to {n}")), "{line}");
    }
}
