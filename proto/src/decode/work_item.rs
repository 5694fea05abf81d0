//! Work items.

use super::{
    event::event,
    parts::{self, filled},
};
use crate::{
    pb::{self, work_item::Request},
    work::{ActivityItem, WorkItem, WorkflowTurn},
};

/// A piece of work. Past events stay encoded: a worker that has kept the execution only compares them.
pub fn work_item(message: pb::WorkItem) -> WorkItem {
    let token = message.completion_token;
    match message.request {
        Some(Request::WorkflowRequest(request)) => WorkItem::Workflow(turn(request, token)),
        Some(Request::ActivityRequest(request)) => WorkItem::Activity(activity(request, token)),
        None => WorkItem::Unknown { token },
    }
}

fn turn(request: pb::WorkflowRequest, token: String) -> WorkflowTurn {
    WorkflowTurn {
        instance_id: request.instance_id,
        execution_id: filled(request.execution_id),
        past: request.past_events,
        new: request.new_events.into_iter().map(event).collect(),
        propagated: request.propagated_history,
        cached_history: request.cached_history.map(|cached| cached.event_count),
        token,
    }
}

fn activity(request: pb::ActivityRequest, token: String) -> ActivityItem {
    ActivityItem {
        name: request.name,
        input: request.input,
        instance_id: request.workflow_instance.unwrap_or_default().instance_id,
        task_id: request.task_id,
        task_execution_id: request.task_execution_id,
        trace: request.parent_trace_context.and_then(parts::trace_context),
        propagated: request.propagated_history,
        version: filled(request.version),
        token,
    }
}
