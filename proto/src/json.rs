//! What the JSON form of history events needs beside the derived code: times as RFC 3339, enums by name.

use dacapo_engine::Timestamp;
use pb::history_event::EventType;
use pb::timer_created_event::Origin;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{decode, encode, pb};

/// An event, with its kind as a field beside the others.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct HistoryEventForm {
    #[serde(skip_serializing_if = "is_default")]
    event_id: i32,
    #[serde(skip_serializing_if = "is_default", with = "time")]
    timestamp: Option<prost_types::Timestamp>,
    #[serde(flatten)]
    event_type: Option<EventType>,
    #[serde(skip_serializing_if = "is_default")]
    router: Option<pb::TaskRouter>,
}

impl From<pb::HistoryEvent> for HistoryEventForm {
    fn from(event: pb::HistoryEvent) -> Self {
        let pb::HistoryEvent { event_id, timestamp, router, event_type } = event;
        Self { event_id, timestamp, event_type, router }
    }
}

impl From<HistoryEventForm> for pb::HistoryEvent {
    fn from(form: HistoryEventForm) -> Self {
        let HistoryEventForm { event_id, timestamp, event_type, router } = form;
        Self { event_id, timestamp, router, event_type }
    }
}

/// A timer, with what it was set for as one of four fields.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct TimerCreatedForm {
    #[serde(skip_serializing_if = "is_default", with = "time")]
    fire_at: Option<prost_types::Timestamp>,
    #[serde(skip_serializing_if = "is_default")]
    name: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    rerun_parent_instance_info: Option<pb::RerunParentInstanceInfo>,
    #[serde(skip_serializing_if = "is_default")]
    create_timer: Option<pb::TimerOriginCreateTimer>,
    #[serde(skip_serializing_if = "is_default")]
    external_event: Option<pb::TimerOriginExternalEvent>,
    #[serde(skip_serializing_if = "is_default")]
    activity_retry: Option<pb::TimerOriginActivityRetry>,
    #[serde(skip_serializing_if = "is_default")]
    child_workflow_retry: Option<pb::TimerOriginChildWorkflowRetry>,
}

impl From<pb::TimerCreatedEvent> for TimerCreatedForm {
    fn from(event: pb::TimerCreatedEvent) -> Self {
        let pb::TimerCreatedEvent { fire_at, name, rerun_parent_instance_info, origin } = event;
        let mut form = Self { fire_at, name, rerun_parent_instance_info, ..Self::default() };
        match origin {
            Some(Origin::CreateTimer(origin)) => form.create_timer = Some(origin),
            Some(Origin::ExternalEvent(origin)) => form.external_event = Some(origin),
            Some(Origin::ActivityRetry(origin)) => form.activity_retry = Some(origin),
            Some(Origin::ChildWorkflowRetry(origin)) => form.child_workflow_retry = Some(origin),
            None => {}
        }
        form
    }
}

impl From<TimerCreatedForm> for pb::TimerCreatedEvent {
    fn from(form: TimerCreatedForm) -> Self {
        let origin = form
            .create_timer
            .map(Origin::CreateTimer)
            .or(form.external_event.map(Origin::ExternalEvent))
            .or(form.activity_retry.map(Origin::ActivityRetry))
            .or(form.child_workflow_retry.map(Origin::ChildWorkflowRetry));
        Self {
            fire_at: form.fire_at,
            name: form.name,
            rerun_parent_instance_info: form.rerun_parent_instance_info,
            origin,
        }
    }
}

/// Whether a field is left out.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Timestamps as RFC 3339.
pub(crate) mod time {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(
        time: &Option<prost_types::Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => serializer.collect_str(&decode::timestamp(*time)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<prost_types::Timestamp>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let time: Timestamp = text
            .parse()
            .map_err(|error| de::Error::custom(format_args!("`{text}` is no time of RFC 3339: {error}")))?;
        Ok(Some(encode::timestamp(time)))
    }
}

/// A number that may have a name.
#[derive(Deserialize)]
#[serde(untagged)]
enum NameOrNumber {
    Name(String),
    Number(i32),
}

impl NameOrNumber {
    fn number<E: de::Error>(self, of_name: fn(&str) -> Option<i32>) -> Result<i32, E> {
        match self {
            Self::Number(number) => Ok(number),
            Self::Name(name) => of_name(&name)
                .ok_or_else(|| E::custom(format_args!("`{name}` is no name that is known here"))),
        }
    }
}

/// A name, or a number that has none in this release.
fn write<S: Serializer>(name: Option<&str>, number: i32, serializer: S) -> Result<S::Ok, S::Error> {
    match name {
        Some(name) => serializer.serialize_str(name),
        None => serializer.serialize_i32(number),
    }
}

macro_rules! named_numbers {
    ($($module:ident: $enumeration:ty),+) => {
        $(
            /// The numbers of an enum by their names.
            pub(crate) mod $module {
                use super::*;

                pub(crate) fn serialize<S: Serializer>(number: &i32, serializer: S) -> Result<S::Ok, S::Error> {
                    let known = <$enumeration>::try_from(*number).ok();
                    write(known.map(|known| known.as_str_name()), *number, serializer)
                }

                pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
                    let of_name = |name: &str| <$enumeration>::from_str_name(name).map(|known| known as i32);
                    NameOrNumber::deserialize(deserializer)?.number(of_name)
                }
            }
        )+
    };
}

named_numbers!(status: pb::OrchestrationStatus, stalled_reason: pb::StalledReason);

/// The scope of propagation by name, or absent.
pub(crate) mod propagation_scope {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(number: &Option<i32>, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(number) = *number else { return serializer.serialize_none() };
        let known = pb::HistoryPropagationScope::try_from(number).ok();
        write(known.map(|known| known.as_str_name()), number, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
        let of_name = |name: &str| pb::HistoryPropagationScope::from_str_name(name).map(|known| known as i32);
        Option::<NameOrNumber>::deserialize(deserializer)?.map(|scope| scope.number(of_name)).transpose()
    }
}
