//! What a turn asks of the sidecar.

use dacapo_engine::{Action, ActionKind, Answer, Completion, CompletionStatus, TimerOrigin};

use super::{event::event, parts};
use crate::pb::{
    self, OrchestrationStatus, create_timer_action::Origin, workflow_action::WorkflowActionType as Kind,
};

/// The answer to a turn. `token` is that of the work item; the answer's warnings stay here.
pub fn answer(
    instance_id: impl Into<String>,
    token: impl Into<String>,
    answer: Answer,
) -> pb::WorkflowResponse {
    pb::WorkflowResponse {
        instance_id: instance_id.into(),
        actions: answer.actions.into_iter().map(action).collect(),
        custom_status: answer.custom_status,
        completion_token: token.into(),
        // No sidecar reads it.
        num_events_processed: None,
        version: answer.version.map(parts::version),
    }
}

fn action(action: Action) -> pb::WorkflowAction {
    pb::WorkflowAction {
        id: action.id,
        router: action.router.map(parts::router),
        workflow_action_type: Some(kind(action.kind)),
    }
}

fn kind(kind: ActionKind) -> Kind {
    match kind {
        ActionKind::ScheduleTask { name, input, task_execution_id, propagation } => {
            Kind::ScheduleTask(pb::ScheduleTaskAction {
                name,
                version: None,
                input,
                task_execution_id,
                history_propagation_scope: parts::propagation(propagation),
            })
        }
        ActionKind::CreateChild { instance_id, name, input, propagation, retry_parent } => {
            Kind::CreateChildWorkflow(pb::CreateChildWorkflowAction {
                instance_id,
                name,
                version: None,
                input,
                history_propagation_scope: parts::propagation(propagation),
                retry_parent_instance_info: retry_parent
                    .map(|instance_id| pb::RetryParentInstanceInfo { instance_id }),
            })
        }
        ActionKind::CreateTimer { fire_at, name, origin } => Kind::CreateTimer(pb::CreateTimerAction {
            fire_at: Some(parts::timestamp(fire_at)),
            name,
            origin: Some(timer_origin(origin)),
        }),
        ActionKind::CreateDetached { instance_id, name, input, scheduled_start, tags } => {
            Kind::CreateDetachedWorkflow(pb::CreateDetachedWorkflowAction {
                instance_id,
                name,
                version: None,
                input,
                scheduled_start_timestamp: scheduled_start.map(parts::timestamp),
                execution_id: None,
                tags,
                parent_trace_context: None,
            })
        }
        ActionKind::Complete(completion) => Kind::CompleteWorkflow(complete(completion)),
        ActionKind::VersionNotAvailable => {
            Kind::WorkflowVersionNotAvailable(pb::WorkflowVersionNotAvailableAction {})
        }
    }
}

fn timer_origin(origin: TimerOrigin) -> Origin {
    match origin {
        TimerOrigin::CreateTimer => Origin::CreateTimer(pb::TimerOriginCreateTimer {}),
        TimerOrigin::ExternalEvent { name } => Origin::ExternalEvent(pb::TimerOriginExternalEvent { name }),
        TimerOrigin::ActivityRetry { task_execution_id } => {
            Origin::ActivityRetry(pb::TimerOriginActivityRetry { task_execution_id })
        }
        TimerOrigin::ChildRetry { instance_id } => {
            Origin::ChildWorkflowRetry(pb::TimerOriginChildWorkflowRetry { instance_id })
        }
    }
}

fn complete(completion: Completion) -> pb::CompleteWorkflowAction {
    let status = match completion.status {
        CompletionStatus::Completed => OrchestrationStatus::Completed,
        CompletionStatus::Failed => OrchestrationStatus::Failed,
        CompletionStatus::Terminated => OrchestrationStatus::Terminated,
        CompletionStatus::ContinuedAsNew => OrchestrationStatus::ContinuedAsNew,
    };
    pb::CompleteWorkflowAction {
        workflow_status: status.into(),
        result: completion.result,
        // No sidecar reads these two.
        details: None,
        new_version: None,
        carryover_events: completion.carryover.iter().map(event).collect(),
        failure_details: completion.failure.as_ref().map(parts::failure),
    }
}
