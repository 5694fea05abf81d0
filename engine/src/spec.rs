//! Descriptions of work that a workflow can ask for.

use alloc::{collections::BTreeMap, string::String};
use core::time::Duration;

use crate::{action::Propagation, retry::RetryPolicy, time::Timestamp};

/// A call of an activity.
#[derive(Clone, Debug, Default)]
pub struct ActivitySpec {
    /// The activity's name.
    pub name: String,
    /// Its input, JSON.
    pub input: Option<String>,
    /// When a failed attempt is tried again; `None` is never.
    pub retry: Option<RetryPolicy>,
    /// The app that runs it; `None` is this one.
    pub target: Option<Target>,
    /// How much history it gets to see.
    pub propagation: Propagation,
}

/// A call of a child workflow.
#[derive(Clone, Debug, Default)]
pub struct ChildSpec {
    /// The child's workflow name.
    pub name: String,
    /// Its input, JSON.
    pub input: Option<String>,
    /// Its instance id; `None` leaves it to the sidecar.
    pub instance_id: Option<String>,
    /// When a failed attempt is tried again; `None` is never.
    pub retry: Option<RetryPolicy>,
    /// The app that runs it; `None` is this one.
    pub target: Option<Target>,
    /// How much history it gets to see.
    pub propagation: Propagation,
}

/// The start of a workflow that nobody waits for.
#[derive(Clone, Debug, Default)]
pub struct DetachedSpec {
    /// Its workflow name.
    pub name: String,
    /// Its input, JSON.
    pub input: Option<String>,
    /// Its instance id; `None` is `<id of the caller>-<n>`, n counting from 0.
    pub instance_id: Option<String>,
    /// When it starts; `None` is at once.
    pub start_at: Option<Timestamp>,
    /// Its labels.
    pub tags: BTreeMap<String, String>,
    /// The app that runs it; `None` is this one.
    pub target: Option<Target>,
}

/// Another app that is to do some work.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Target {
    /// Its app id.
    pub app: String,
    /// Its namespace, if it is not the caller's.
    pub namespace: Option<String>,
}

/// When a timer fires.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TimerSpec {
    /// This long after the current time of the workflow.
    After(Duration),
    /// At this time; at once when it has passed.
    At(Timestamp),
}
