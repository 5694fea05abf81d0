//! The events that fill histories, read straight from their bytes.
//!
//! A replay reads every event of a history, and nearly all are of a few kinds that every sidecar writes alike: members
//! that are known, each at most once. These are read here, without a message in between and without keeping what no
//! engine looks at. At the first thing that is different the generated code takes over: another kind, a member that is
//! unknown or repeated, a text that is no UTF-8, the end in the middle. So the answer is always that of the generated
//! code, which a test demands.

use dacapo_engine::{Event, EventKind, Router, TimerOrigin, Timestamp, WorkflowVersion};

use super::parts::{self, filled};

/// One entry of a history; `None` when it is for the generated code.
pub(super) fn event(bytes: &[u8]) -> Option<Event> {
    let (mut id, mut timestamp, mut router, mut kind) = (0, Timestamp::UNIX_EPOCH, None, None);
    members(bytes, |number, value| {
        match (number, value) {
            (1, value) => id = value.int32()?,
            (2, value) => timestamp = time(value)?,
            (30, value) => router = Some(self::router(value)?),
            // Only the last of several kinds would count.
            (_, _) if kind.is_some() => return None,
            (number, value) => kind = Some(self::kind(number, value)?),
        }
        Some(())
    })?;
    Some(Event { id, timestamp, router, kind: kind.unwrap_or(EventKind::Ignored) })
}

fn kind(number: u32, value: Value<'_>) -> Option<EventKind> {
    match number {
        6 => task_scheduled(value),
        7 => task_completed(value),
        9 => child_created(value),
        10 => child_completed(value),
        12 => timer_created(value),
        13 => timer_fired(value),
        14 => workflow_started(value),
        17 => event_raised(value),
        _ => None,
    }
}

fn task_scheduled(value: Value<'_>) -> Option<EventKind> {
    let (mut name, mut task_execution_id) = (String::new(), String::new());
    members(value.bytes()?, |number, value| match number {
        1 => value.text_into(&mut name),
        2 | 3 => wrapped(value).map(drop),
        4 => skip_trace_context(value),
        5 => value.text_into(&mut task_execution_id),
        7 => value.int32().map(drop),
        _ => None,
    })?;
    Some(EventKind::TaskScheduled { name, task_execution_id })
}

fn task_completed(value: Value<'_>) -> Option<EventKind> {
    let (mut scheduled_id, mut result, mut task_execution_id) = (0, None, String::new());
    members(value.bytes()?, |number, value| {
        match number {
            1 => scheduled_id = value.int32()?,
            2 => result = Some(wrapped(value)?.to_owned()),
            3 => value.text_into(&mut task_execution_id)?,
            _ => return None,
        }
        Some(())
    })?;
    Some(EventKind::TaskCompleted { scheduled_id, result, task_execution_id })
}

fn child_created(value: Value<'_>) -> Option<EventKind> {
    let (mut name, mut instance_id) = (String::new(), String::new());
    members(value.bytes()?, |number, value| match number {
        1 => value.text_into(&mut instance_id),
        2 => value.text_into(&mut name),
        3 | 4 => wrapped(value).map(drop),
        5 => skip_trace_context(value),
        7 => value.int32().map(drop),
        _ => None,
    })?;
    Some(EventKind::ChildCreated { name, instance_id })
}

fn child_completed(value: Value<'_>) -> Option<EventKind> {
    let (mut scheduled_id, mut result) = (0, None);
    members(value.bytes()?, |number, value| {
        match number {
            1 => scheduled_id = value.int32()?,
            2 => result = Some(wrapped(value)?.to_owned()),
            _ => return None,
        }
        Some(())
    })?;
    Some(EventKind::ChildCompleted { scheduled_id, result })
}

fn timer_created(value: Value<'_>) -> Option<EventKind> {
    let (mut fire_at, mut name, mut origin) = (Timestamp::UNIX_EPOCH, None, None);
    members(value.bytes()?, |number, value| {
        match number {
            1 => fire_at = time(value)?,
            2 => name = filled(Some(value.text()?.to_owned())),
            _ if origin.is_some() => return None,
            number => origin = Some(timer_origin(number, value)?),
        }
        Some(())
    })?;
    Some(EventKind::TimerCreated { fire_at, name, origin })
}

fn timer_origin(number: u32, value: Value<'_>) -> Option<TimerOrigin> {
    let mut text = String::new();
    members(value.bytes()?, |member, value| match member {
        1 if number != 4 => value.text_into(&mut text),
        _ => None,
    })?;
    match number {
        4 => Some(TimerOrigin::CreateTimer),
        5 => Some(TimerOrigin::ExternalEvent { name: text }),
        6 => Some(TimerOrigin::ActivityRetry { task_execution_id: text }),
        7 => Some(TimerOrigin::ChildRetry { instance_id: text }),
        _ => None,
    }
}

fn timer_fired(value: Value<'_>) -> Option<EventKind> {
    let (mut timer_id, mut fire_at) = (0, Timestamp::UNIX_EPOCH);
    members(value.bytes()?, |number, value| {
        match number {
            1 => fire_at = time(value)?,
            2 => timer_id = value.int32()?,
            _ => return None,
        }
        Some(())
    })?;
    Some(EventKind::TimerFired { timer_id, fire_at })
}

fn workflow_started(value: Value<'_>) -> Option<EventKind> {
    let mut version = None;
    members(value.bytes()?, |number, value| match number {
        1 => {
            version = Some(self::version(value)?);
            Some(())
        }
        _ => None,
    })?;
    Some(EventKind::WorkflowStarted { version })
}

/// A version without patches: those are repeated.
fn version(value: Value<'_>) -> Option<WorkflowVersion> {
    let mut name = None;
    members(value.bytes()?, |number, value| match number {
        2 => {
            name = filled(Some(value.text()?.to_owned()));
            Some(())
        }
        _ => None,
    })?;
    Some(WorkflowVersion { patches: Vec::new(), name })
}

fn event_raised(value: Value<'_>) -> Option<EventKind> {
    let (mut name, mut input) = (String::new(), None);
    members(value.bytes()?, |number, value| {
        match number {
            1 => value.text_into(&mut name)?,
            2 => input = Some(wrapped(value)?.to_owned()),
            _ => return None,
        }
        Some(())
    })?;
    Some(EventKind::EventRaised { name, input })
}

fn router(value: Value<'_>) -> Option<Router> {
    let mut router = Router::default();
    members(value.bytes()?, |number, value| {
        match number {
            1 => value.text_into(&mut router.source_app)?,
            2 => router.target_app = filled(Some(value.text()?.to_owned())),
            3 => router.target_namespace = filled(Some(value.text()?.to_owned())),
            _ => return None,
        }
        Some(())
    })?;
    Some(router)
}

fn time(value: Value<'_>) -> Option<Timestamp> {
    let mut time = prost_types::Timestamp::default();
    members(value.bytes()?, |number, value| {
        match number {
            1 => time.seconds = value.int64()?,
            2 => time.nanos = value.int32()?,
            _ => return None,
        }
        Some(())
    })?;
    Some(parts::timestamp(time))
}

fn skip_trace_context(value: Value<'_>) -> Option<()> {
    members(value.bytes()?, |number, value| match number {
        1 | 2 => value.text().map(drop),
        3 => wrapped(value).map(drop),
        _ => None,
    })
}

/// The text in a `StringValue`; an empty one has no members.
fn wrapped(value: Value<'_>) -> Option<&str> {
    let mut text = "";
    members(value.bytes()?, |number, value| match number {
        1 => {
            text = value.text()?;
            Some(())
        }
        _ => None,
    })?;
    Some(text)
}

/// What a member holds.
#[derive(Clone, Copy)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    fn int64(self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(number.cast_signed()),
            Self::Bytes(_) => None,
        }
    }

    fn int32(self) -> Option<i32> {
        // A negative number travels as 64 bits; of others the lower half counts.
        self.int64().map(|number| number as i32)
    }

    fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Number(_) => None,
            Self::Bytes(bytes) => Some(bytes),
        }
    }

    fn text(self) -> Option<&'a str> {
        core::str::from_utf8(self.bytes()?).ok()
    }

    fn text_into(self, place: &mut String) -> Option<()> {
        *place = self.text()?.to_owned();
        Some(())
    }
}

/// Hands each member of a message to `take`; `None` when there is anything unusual, or `take` finds it so.
fn members<'a>(mut bytes: &'a [u8], mut take: impl FnMut(u32, Value<'a>) -> Option<()>) -> Option<()> {
    let mut seen = 0_u64;
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0)?;
        let bit = 1_u64.checked_shl(number).filter(|bit| seen & bit == 0)?;
        seen |= bit;
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut bytes)?),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let (content, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                Value::Bytes(content)
            }
            _ => return None,
        };
        take(number, value)?;
    }
    Some(())
}

/// A number of up to 64 bits, seven a byte, the lowest first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        // Of the tenth byte only the lowest bit has room.
        if index == 9 && *byte > 1 {
            return None;
        }
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            *bytes = &bytes[index + 1..];
            return Some(number);
        }
    }
    None
}
