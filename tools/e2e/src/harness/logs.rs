//! What workers and clients in this process log, kept as lines that scenarios can count.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::HarnessError;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps every line from now on, and writes them to `file` too.
///
/// # Errors
///
/// [`HarnessError::Io`] when the file cannot be made.
pub fn capture(file: &Path) -> Result<(), HarnessError> {
    let file = File::create(file).map_err(HarnessError::io(format!("making {}", file.display())))?;
    tracing_subscriber::registry().with(Capture(Mutex::new(file))).init();
    Ok(())
}

/// The lines so far that contain all of `words`; a scenario's own are found by an instance id or an endpoint.
pub fn lines_with(words: &[&str]) -> Vec<String> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().filter(|line| words.iter().all(|word| line.contains(word))).cloned().collect()
}

struct Capture(Mutex<File>);

impl<S: Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() > Level::DEBUG || !is_ours(metadata.target()) {
            return;
        }
        let mut line = format!("{} {}:", metadata.level(), metadata.target());
        event.record(&mut Fields(&mut line));
        // A log that cannot be written must not fail what it reports on.
        let _ = writeln!(self.0.lock().unwrap_or_else(PoisonError::into_inner), "{line}");
        LINES.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

fn is_ours(target: &str) -> bool {
    target.starts_with("dacapo")
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
