//! Log events of workflow code: once, with the workflow's name and instance.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use super::*;

#[workflow]
async fn logs(ctx: &WorkflowContext) -> Result<u32> {
    info!("begins");
    let policy = RetryPolicy::new(3).only_if(|_| {
        info!("asks the predicate");
        true
    });
    let sum = add(1, None).retry(policy).await?;
    logs_in_a_helper(ctx.instance_id()).await?;
    info!("ends with {sum}");
    Ok(sum)
}

#[durable]
async fn logs_in_a_helper(id: &str) -> Result<()> {
    info!("helps {id}");
    Ok(notify(String::new()).await?)
}

/// Says so when it is dropped.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        info!("the guard is dropped");
    }
}

#[workflow]
async fn guards(wait: bool) -> Result<u32> {
    let _guard = Guard;
    Ok(if wait { add(1, None).await? } else { 0 })
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What is logged meanwhile on this thread, line by line.
    fn of(run: impl FnOnce()) -> Vec<String> {
        let log = Self::default();
        let subscriber =
            tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).without_time().finish();
        tracing::subscriber::with_default(subscriber, run);
        let bytes = log.0.lock().expect("nobody panicked").clone();
        String::from_utf8(bytes).expect("logs are text").lines().map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked").write(bytes)
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

#[test]
fn every_event_is_logged_once_with_instance_and_workflow_although_each_turn_replays_all() {
    let lines = Log::of(|| {
        let mut instance = Instance::new();
        instance.actions([started("logs", "null")]);
        instance.actions([failed(0, FailureDetails::new("Busy", "later"))]);
        instance.actions([fired(1)]);
        instance.actions([done(2, "1")]);
        instance.actions([done(3, "null")]);
    });
    let texts: Vec<_> = lines.iter().map(|line| line.rsplit(": ").next().unwrap_or(line)).collect();
    assert_eq!(texts, ["begins", "asks the predicate", "helps i", "ends with 1"]);
    for line in &lines {
        assert!(line.contains(r#"workflow{workflow="logs" instance_id="i"}"#), "{line}");
    }
}

#[test]
fn code_that_is_dropped_unfinished_is_not_heard() {
    let drops = |wait| Log::of(|| drop(Instance::new().actions([started("guards", wait)]))).len();
    assert_eq!((drops("true"), drops("false")), (0, 1));
}
