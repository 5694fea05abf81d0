//! The events that fill histories, read straight from their bytes.
//!
//! A replay reads every event of a history, and nearly all are of a few kinds that every sidecar writes alike: members
//! that are known, each at most once. These are read here, without a message in between and without keeping what no
//! engine looks at. At the first thing that is different the generated code takes over: another kind, a member that is
//! unknown or repeated, a text that is no UTF-8, the end in the middle. So the answer is always that of the generated
//! code, which a test demands.

mod reader;

use dacapo_engine::{Event, EventKind, Router, TimerOrigin, Timestamp, WorkflowVersion};

use self::reader::{Reader, tag};
use super::parts::{self, filled};

/// One entry of a history; `None` when it is for the generated code.
pub(super) fn event(bytes: &[u8]) -> Option<Event> {
    let (mut id, mut timestamp, mut router, mut kind) = (0, Timestamp::UNIX_EPOCH, None, None);
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::NUMBER_1 => id = reader.int32()?,
            tag::BYTES_2 => timestamp = time(reader.bytes()?)?,
            tag::BYTES_30 => router = Some(reader.bytes()?),
            // Only the last of several kinds would count.
            _ if kind.is_some() => return None,
            _ => kind = Some((member, reader.bytes()?)),
        }
    }
    let kind = match kind {
        None => EventKind::Ignored,
        Some((tag::BYTES_6, bytes)) => task_scheduled(bytes)?,
        Some((tag::BYTES_7, bytes)) => task_completed(bytes)?,
        Some((tag::BYTES_9, bytes)) => child_created(bytes)?,
        Some((tag::BYTES_10, bytes)) => child_completed(bytes)?,
        Some((tag::BYTES_12, bytes)) => timer_created(bytes)?,
        Some((tag::BYTES_13, bytes)) => timer_fired(bytes)?,
        Some((tag::BYTES_14, bytes)) => workflow_started(bytes)?,
        Some((tag::BYTES_17, bytes)) => event_raised(bytes)?,
        Some(_) => return None,
    };
    let router = match router {
        Some(bytes) => Some(self::router(bytes)?),
        None => None,
    };
    Some(Event { id, timestamp, router, kind })
}

fn task_scheduled(bytes: &[u8]) -> Option<EventKind> {
    let (mut name, mut task_execution_id) = ("", "");
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_1 => name = reader.text()?,
            tag::BYTES_2 | tag::BYTES_3 => drop(wrapped(reader.bytes()?)?),
            tag::BYTES_4 => skip_trace_context(reader.bytes()?)?,
            tag::BYTES_5 => task_execution_id = reader.text()?,
            tag::NUMBER_7 => drop(reader.int32()?),
            _ => return None,
        }
    }
    Some(EventKind::TaskScheduled { name: name.to_owned(), task_execution_id: task_execution_id.to_owned() })
}

fn task_completed(bytes: &[u8]) -> Option<EventKind> {
    let (mut scheduled_id, mut result, mut task_execution_id) = (0, None, "");
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::NUMBER_1 => scheduled_id = reader.int32()?,
            tag::BYTES_2 => result = Some(wrapped(reader.bytes()?)?),
            tag::BYTES_3 => task_execution_id = reader.text()?,
            _ => return None,
        }
    }
    let (result, task_execution_id) = (result.map(str::to_owned), task_execution_id.to_owned());
    Some(EventKind::TaskCompleted { scheduled_id, result, task_execution_id })
}

fn child_created(bytes: &[u8]) -> Option<EventKind> {
    let (mut name, mut instance_id) = ("", "");
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_1 => instance_id = reader.text()?,
            tag::BYTES_2 => name = reader.text()?,
            tag::BYTES_3 | tag::BYTES_4 => drop(wrapped(reader.bytes()?)?),
            tag::BYTES_5 => skip_trace_context(reader.bytes()?)?,
            tag::NUMBER_7 => drop(reader.int32()?),
            _ => return None,
        }
    }
    Some(EventKind::ChildCreated { name: name.to_owned(), instance_id: instance_id.to_owned() })
}

fn child_completed(bytes: &[u8]) -> Option<EventKind> {
    let (mut scheduled_id, mut result) = (0, None);
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::NUMBER_1 => scheduled_id = reader.int32()?,
            tag::BYTES_2 => result = Some(wrapped(reader.bytes()?)?.to_owned()),
            _ => return None,
        }
    }
    Some(EventKind::ChildCompleted { scheduled_id, result })
}

fn timer_created(bytes: &[u8]) -> Option<EventKind> {
    let (mut fire_at, mut name, mut origin) = (Timestamp::UNIX_EPOCH, None, None);
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_1 => fire_at = time(reader.bytes()?)?,
            tag::BYTES_2 => name = filled(Some(reader.text()?.to_owned())),
            _ if origin.is_some() => return None,
            _ => origin = Some(timer_origin(member, &mut reader)?),
        }
    }
    Some(EventKind::TimerCreated { fire_at, name, origin })
}

fn timer_origin(member: u32, reader: &mut Reader<'_>) -> Option<TimerOrigin> {
    let bytes = reader.bytes()?;
    match member {
        tag::BYTES_4 if bytes.is_empty() => Some(TimerOrigin::CreateTimer),
        tag::BYTES_5 => Some(TimerOrigin::ExternalEvent { name: wrapped(bytes)?.to_owned() }),
        tag::BYTES_6 => Some(TimerOrigin::ActivityRetry { task_execution_id: wrapped(bytes)?.to_owned() }),
        tag::BYTES_7 => Some(TimerOrigin::ChildRetry { instance_id: wrapped(bytes)?.to_owned() }),
        _ => None,
    }
}

fn timer_fired(bytes: &[u8]) -> Option<EventKind> {
    let (mut timer_id, mut fire_at) = (0, Timestamp::UNIX_EPOCH);
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_1 => fire_at = time(reader.bytes()?)?,
            tag::NUMBER_2 => timer_id = reader.int32()?,
            _ => return None,
        }
    }
    Some(EventKind::TimerFired { timer_id, fire_at })
}

fn workflow_started(bytes: &[u8]) -> Option<EventKind> {
    let mut version = None;
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_1 => version = Some(self::version(reader.bytes()?)?),
            _ => return None,
        }
    }
    Some(EventKind::WorkflowStarted { version })
}

/// A version without patches: those are repeated.
fn version(bytes: &[u8]) -> Option<WorkflowVersion> {
    let mut name = None;
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_2 => name = filled(Some(reader.text()?.to_owned())),
            _ => return None,
        }
    }
    Some(WorkflowVersion { patches: Vec::new(), name })
}

fn event_raised(bytes: &[u8]) -> Option<EventKind> {
    let (mut name, mut input) = ("", None);
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_1 => name = reader.text()?,
            tag::BYTES_2 => input = Some(wrapped(reader.bytes()?)?.to_owned()),
            _ => return None,
        }
    }
    Some(EventKind::EventRaised { name: name.to_owned(), input })
}

fn router(bytes: &[u8]) -> Option<Router> {
    let mut router = Router::default();
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_1 => router.source_app = reader.text()?.to_owned(),
            tag::BYTES_2 => router.target_app = filled(Some(reader.text()?.to_owned())),
            tag::BYTES_3 => router.target_namespace = filled(Some(reader.text()?.to_owned())),
            _ => return None,
        }
    }
    Some(router)
}

fn time(bytes: &[u8]) -> Option<Timestamp> {
    let (mut seconds, mut nanos) = (0, 0);
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::NUMBER_1 => seconds = reader.int64()?,
            tag::NUMBER_2 => nanos = reader.int32()?,
            _ => return None,
        }
    }
    Some(parts::timestamp(prost_types::Timestamp { seconds, nanos }))
}

fn skip_trace_context(bytes: &[u8]) -> Option<()> {
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_1 | tag::BYTES_2 => drop(reader.text()?),
            tag::BYTES_3 => drop(wrapped(reader.bytes()?)?),
            _ => return None,
        }
    }
    Some(())
}

/// The text in a message that has no other member, as a `StringValue`.
fn wrapped(bytes: &[u8]) -> Option<&str> {
    let mut text = "";
    let mut reader = Reader::new(bytes);
    while let Some(member) = reader.next()? {
        match member {
            tag::BYTES_1 => text = reader.text()?,
            _ => return None,
        }
    }
    Some(text)
}
