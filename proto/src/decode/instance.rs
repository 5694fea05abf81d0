//! States of instances.

use dacapo_engine::Timestamp;

use super::parts::{self, filled};
use crate::{
    instance::{InstanceState, InstanceStatus},
    pb::{self, OrchestrationStatus},
};

/// The beginning of the year 2. Go's zero time lies in year 1, and sidecars send it for "not yet": see
/// docs/protocol.md, "Sidecar: reading".
const YEAR_2_SECONDS: i64 = -62_104_060_800;

/// The state in a sidecar's answer; absent when there is no such instance.
pub fn instance(message: pb::GetInstanceResponse) -> Option<InstanceState> {
    // An absent status reads as RUNNING, so `exists` decides alone.
    message.workflow_state.filter(|_| message.exists).map(state)
}

/// The state of an instance. A time in year 1 reads as absent.
pub fn state(message: pb::WorkflowState) -> InstanceState {
    InstanceState {
        instance_id: message.instance_id,
        name: message.name,
        version: filled(message.version),
        status: status(message.workflow_status),
        scheduled_start: time(message.scheduled_start_timestamp),
        created: time(message.created_timestamp),
        last_updated: time(message.last_updated_timestamp),
        started: time(message.started_at),
        completed: time(message.completed_timestamp),
        input: message.input,
        output: message.output,
        custom_status: message.custom_status,
        failure: message.failure_details.map(parts::failure),
        execution_id: filled(message.execution_id),
        parent_instance_id: filled(message.parent_instance_id),
        parent_app_id: filled(message.parent_app_id),
        tags: message.tags,
    }
}

fn status(number: i32) -> InstanceStatus {
    match OrchestrationStatus::try_from(number) {
        Ok(OrchestrationStatus::Running) => InstanceStatus::Running,
        Ok(OrchestrationStatus::Completed) => InstanceStatus::Completed,
        Ok(OrchestrationStatus::ContinuedAsNew) => InstanceStatus::ContinuedAsNew,
        Ok(OrchestrationStatus::Failed) => InstanceStatus::Failed,
        Ok(OrchestrationStatus::Canceled) => InstanceStatus::Canceled,
        Ok(OrchestrationStatus::Terminated) => InstanceStatus::Terminated,
        Ok(OrchestrationStatus::Pending) => InstanceStatus::Pending,
        Ok(OrchestrationStatus::Suspended) => InstanceStatus::Suspended,
        Ok(OrchestrationStatus::Stalled) => InstanceStatus::Stalled,
        Err(_) => InstanceStatus::Unknown(number),
    }
}

fn time(message: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    message.filter(|time| time.seconds >= YEAR_2_SECONDS).map(parts::timestamp)
}
