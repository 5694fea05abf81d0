//! What workflows and activities log, kept for the test and passed on to whoever listens beside it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tracing::dispatcher::{self, Dispatch};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

/// One event that a workflow or an activity has logged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// How important it is.
    pub level: Level,
    /// The text.
    pub message: String,
    /// The other fields, in order.
    pub fields: Vec<(String, String)>,
    /// The workflow or activity that logged it.
    pub of: String,
    /// The instance that it ran for.
    pub instance_id: String,
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}: {}", self.level, self.of, self.instance_id, self.message)?;
        self.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

/// The lines of a test.
#[derive(Clone, Debug, Default)]
pub(super) struct Logs(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    lines: Vec<LogLine>,
    /// Whose code runs.
    of: String,
    instance_id: String,
    /// Made once: each new one makes `tracing` ask everybody again who is interested in what.
    keeper: Option<Dispatch>,
}

impl Logs {
    pub(super) fn lines(&self) -> Vec<LogLine> {
        self.with(|kept| kept.lines.clone())
    }

    fn with<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs the code of a workflow or activity and keeps what it logs.
    pub(super) fn of<T>(&self, of: &str, instance_id: &str, code: impl FnOnce() -> T) -> T {
        let known = self.with(|kept| {
            of.clone_into(&mut kept.of);
            instance_id.clone_into(&mut kept.instance_id);
            kept.keeper.clone()
        });
        let keeper = known.unwrap_or_else(|| {
            let ambient = dispatcher::get_default(Clone::clone);
            let keeper = Dispatch::new(Keeper { logs: Arc::downgrade(&self.0), ambient });
            self.with(|kept| kept.keeper = Some(keeper.clone()));
            keeper
        });
        dispatcher::with_default(&keeper, code)
    }
}

/// Keeps events, and hands everything on.
struct Keeper {
    /// Weak, since the lines hold this.
    logs: Weak<Mutex<Kept>>,
    ambient: Dispatch,
}

impl Subscriber for Keeper {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() || self.ambient.enabled(metadata)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.ambient.new_span(attributes)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.ambient.record(span, values);
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.ambient.record_follows_from(span, follows);
    }

    fn event(&self, event: &Event<'_>) {
        if self.ambient.enabled(event.metadata()) {
            self.ambient.event(event);
        }
        let mut text = Text::default();
        event.record(&mut text);
        let Some(logs) = self.logs.upgrade().map(Logs) else { return };
        logs.with(|kept| {
            kept.lines.push(LogLine {
                level: *event.metadata().level(),
                message: text.message,
                fields: text.fields,
                of: kept.of.clone(),
                instance_id: kept.instance_id.clone(),
            });
        });
    }

    fn enter(&self, span: &Id) {
        self.ambient.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.ambient.exit(span);
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.ambient.clone_span(span)
    }

    fn try_close(&self, span: Id) -> bool {
        self.ambient.try_close(span)
    }
}

#[derive(Default)]
struct Text {
    message: String,
    fields: Vec<(String, String)>,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => self.fields.push((name.to_owned(), format!("{value:?}"))),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            name => self.fields.push((name.to_owned(), value.to_owned())),
        }
    }
}
