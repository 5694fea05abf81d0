//! Actions, one by one: the event that each becomes in history, and what else it does.
//! See docs/protocol.md, "Sidecar: turns".

use std::collections::BTreeSet;

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::workflow_action::WorkflowActionType;
use dacapo_proto::pb::{self, HistoryEvent, OrchestrationStatus, create_timer_action, timer_created_event};

use super::Time;
use super::event::{NO_ACTION, child_failed, event, failure, routed_app, task_resolved};
use super::ledger::{Kind, is_terminal};
use super::propagation::Scope;
use super::turn::{Birth, Commit, Effect, Turn, TurnError};

/// Whether the list of actions goes on.
pub(super) enum Flow {
    Next,
    ContinueAsNew(Box<pb::CompleteWorkflowAction>),
}

/// The actions of one answer, being applied.
pub(super) struct Applier<'a> {
    turn: &'a Turn<'a>,
    start: &'a pb::ExecutionStartedEvent,
    seen: BTreeSet<(Kind, i32)>,
    commit: Commit,
}

impl<'a> Applier<'a> {
    pub(super) fn new(turn: &'a Turn<'a>) -> Result<Self, TurnError> {
        let start = turn.start().ok_or_else(|| TurnError("the instance has no start event".into()))?;
        Ok(Self { turn, start, seen: BTreeSet::new(), commit: Commit::default() })
    }

    pub(super) fn into_commit(mut self) -> Commit {
        if self.commit.completed.is_some() {
            self.commit.effects.retain(|effect| !matches!(effect, Effect::Timer { .. }));
        }
        self.commit
    }

    pub(super) fn apply(&mut self, action: pb::WorkflowAction) -> Result<Flow, TurnError> {
        use WorkflowActionType as Type;
        let pb::WorkflowAction { id, router, workflow_action_type } = action;
        match workflow_action_type {
            Some(Type::CompleteWorkflow(complete)) => return self.complete(id, router, complete),
            Some(Type::ScheduleTask(task)) => self.schedule_task(id, router, task)?,
            Some(Type::CreateTimer(timer)) => self.create_timer(id, router, timer)?,
            Some(Type::CreateChildWorkflow(child)) => self.create_child(id, router, child)?,
            Some(Type::CreateDetachedWorkflow(detached)) => self.create_detached(id, router, detached)?,
            Some(Type::SendEvent(sent)) => self.send_event(id, router, sent),
            Some(Type::TerminateWorkflow(terminate)) => self.terminate(router.as_ref(), terminate),
            // Judged before the first action is applied.
            Some(Type::WorkflowVersionNotAvailable(_)) => {}
            None => return Err(TurnError(format!("the action {id} has no type that this sidecar knows"))),
        }
        Ok(Flow::Next)
    }

    fn complete(
        &mut self,
        id: i32,
        router: Option<pb::TaskRouter>,
        complete: pb::CompleteWorkflowAction,
    ) -> Result<Flow, TurnError> {
        if self.commit.completed.is_some() {
            return Ok(Flow::Next);
        }
        let status = complete.workflow_status();
        if status == OrchestrationStatus::ContinuedAsNew {
            return Ok(Flow::ContinueAsNew(Box::new(complete)));
        }
        if !is_terminal(status) {
            return Err(TurnError(format!("a workflow cannot complete with the status {status:?}")));
        }
        let completed = pb::ExecutionCompletedEvent {
            workflow_status: complete.workflow_status,
            result: complete.result,
            failure_details: complete.failure_details,
        };
        self.commit.completed = Some(completed.clone());
        self.record(id, router, EventType::ExecutionCompleted(completed));
        Ok(Flow::Next)
    }

    fn schedule_task(
        &mut self,
        id: i32,
        router: Option<pb::TaskRouter>,
        task: pb::ScheduleTaskAction,
    ) -> Result<(), TurnError> {
        self.claim(Kind::Task, id)?;
        let scope = Scope::from_wire(task.history_propagation_scope);
        let target = self.target_app(router.as_ref());
        let scheduled = self.record(
            id,
            router,
            EventType::TaskScheduled(pb::TaskScheduledEvent {
                name: task.name,
                version: task.version,
                input: task.input,
                parent_trace_context: self.start.parent_trace_context.clone(),
                task_execution_id: task.task_execution_id,
                rerun_parent_instance_info: None,
                history_propagation_scope: task.history_propagation_scope,
            }),
        );
        self.commit.effects.push(match target {
            Ok(_) => Effect::Activity { scheduled, scope },
            Err(details) => Effect::Answer(task_resolved(self.turn.now, &scheduled, Err(details))),
        });
        Ok(())
    }

    fn create_timer(
        &mut self,
        id: i32,
        router: Option<pb::TaskRouter>,
        timer: pb::CreateTimerAction,
    ) -> Result<(), TurnError> {
        self.claim(Kind::Timer, id)?;
        let due = timer.fire_at.as_ref().map_or(Time::EPOCH, Time::from_proto);
        self.commit.effects.push(Effect::Timer { id, due });
        let created = pb::TimerCreatedEvent {
            fire_at: timer.fire_at,
            name: timer.name,
            rerun_parent_instance_info: None,
            origin: timer.origin.map(recorded_origin),
        };
        self.record(id, router, EventType::TimerCreated(created));
        Ok(())
    }

    fn create_child(
        &mut self,
        id: i32,
        router: Option<pb::TaskRouter>,
        child: pb::CreateChildWorkflowAction,
    ) -> Result<(), TurnError> {
        self.claim(Kind::Child, id)?;
        let target = self.target_app(router.as_ref());
        let instance_id = if child.instance_id.is_empty() {
            child_id(self.turn.instance_id, id)
        } else {
            child.instance_id
        };
        let birth = Birth {
            id: instance_id.clone(),
            name: child.name.clone(),
            input: child.input.clone(),
            parent: Some(self.parent_of(id)),
            trace: self.start.parent_trace_context.clone(),
            scope: Scope::from_wire(child.history_propagation_scope),
            ..Birth::default()
        };
        let created = pb::ChildWorkflowInstanceCreatedEvent {
            instance_id,
            name: child.name,
            version: child.version,
            input: child.input,
            parent_trace_context: self.start.parent_trace_context.clone(),
            rerun_parent_instance_info: None,
            history_propagation_scope: child.history_propagation_scope,
            retry_parent_instance_info: child.retry_parent_instance_info,
        };
        self.record(id, router, EventType::ChildWorkflowInstanceCreated(created));
        self.commit.effects.push(match target {
            Ok(app) => Effect::Child { birth: Box::new(Birth { app, ..birth }), task_id: id },
            Err(details) => Effect::Answer(child_failed(self.turn.now, id, Some(details))),
        });
        Ok(())
    }

    fn create_detached(
        &mut self,
        id: i32,
        router: Option<pb::TaskRouter>,
        detached: pb::CreateDetachedWorkflowAction,
    ) -> Result<(), TurnError> {
        if detached.instance_id.is_empty() {
            return Err(TurnError(format!("the detached workflow of action {id} has no instance id")));
        }
        let target = self.target_app(router.as_ref());
        let created = pb::DetachedWorkflowInstanceCreatedEvent { instance_id: detached.instance_id.clone() };
        self.record(id, router, EventType::DetachedWorkflowInstanceCreated(created));
        let app = match target {
            Ok(app) => app,
            Err(details) => {
                tracing::warn!(instance = self.turn.instance_id, "{}", details.error_message);
                return Ok(());
            }
        };
        self.commit.effects.push(Effect::Detached(Box::new(Birth {
            app,
            id: detached.instance_id,
            name: detached.name,
            input: detached.input,
            execution_id: detached.execution_id.filter(|id| !id.is_empty()),
            scheduled_start: detached.scheduled_start_timestamp,
            tags: detached.tags,
            trace: detached.parent_trace_context.or_else(|| self.start.parent_trace_context.clone()),
            ..Birth::default()
        })));
        Ok(())
    }

    fn send_event(&mut self, id: i32, router: Option<pb::TaskRouter>, sent: pb::SendEventAction) {
        let target = sent.instance.map(|instance| instance.instance_id).unwrap_or_default();
        let raised = pb::EventRaisedEvent { name: sent.name.clone(), input: sent.data.clone() };
        self.send(router.as_ref(), target.clone(), EventType::EventRaised(raised));
        let sent = pb::EventSentEvent { instance_id: target, name: sent.name, input: sent.data };
        self.record(id, router, EventType::EventSent(sent));
    }

    fn terminate(&mut self, router: Option<&pb::TaskRouter>, terminate: pb::TerminateWorkflowAction) {
        let pb::TerminateWorkflowAction { instance_id, reason, recurse } = terminate;
        let terminated = pb::ExecutionTerminatedEvent { input: reason, recurse };
        self.send(router, instance_id, EventType::ExecutionTerminated(terminated));
    }

    fn send(&mut self, router: Option<&pb::TaskRouter>, target: String, kind: EventType) {
        match self.target_app(router) {
            Ok(app) => {
                let event = event(NO_ACTION, self.turn.now, kind);
                self.commit.effects.push(Effect::Send { app, target, event });
            }
            Err(details) => tracing::warn!(instance = self.turn.instance_id, "{}", details.error_message),
        }
    }

    /// Appends the event of an action, signed with the own app.
    fn record(&mut self, id: i32, router: Option<pb::TaskRouter>, kind: EventType) -> HistoryEvent {
        let source_app_id = self.turn.app.to_owned();
        let router = pb::TaskRouter { source_app_id, ..router.unwrap_or_default() };
        let event = HistoryEvent { router: Some(router), ..event(id, self.turn.now, kind) };
        self.commit.events.push(event.clone());
        event
    }

    /// Takes an id for work that will be resolved by it, which must happen only once.
    fn claim(&mut self, kind: Kind, id: i32) -> Result<(), TurnError> {
        if id < 0 {
            return Err(TurnError(format!("the action id {id} is negative")));
        }
        if self.turn.ledger.has(kind, id) || !self.seen.insert((kind, id)) {
            return Err(TurnError(format!("the action id {id} was already used for work of this kind")));
        }
        Ok(())
    }

    fn parent_of(&self, task_scheduled_id: i32) -> pb::ParentInstanceInfo {
        pb::ParentInstanceInfo {
            task_scheduled_id,
            name: Some(self.start.name.clone()),
            version: None,
            workflow_instance: Some(pb::WorkflowInstance {
                instance_id: self.turn.instance_id.into(),
                execution_id: Some(self.turn.execution_id.into()),
            }),
            app_id: Some(self.turn.app.into()),
            app_namespace: None,
        }
    }

    /// The app that is to do the work, or the failure of work that is meant for one which is not served.
    fn target_app(&self, router: Option<&pb::TaskRouter>) -> Result<String, pb::TaskFailureDetails> {
        let own = self.turn.app;
        let target = routed_app(router).unwrap_or(own);
        if target == own || self.turn.apps.contains(target) {
            return Ok(target.to_owned());
        }
        let served = self.turn.apps.iter().map(String::as_str).chain([own]).collect::<BTreeSet<_>>();
        let served = served.into_iter().collect::<Vec<_>>().join("', '");
        Err(failure(
            "CrossAppUnsupported",
            format!(
                "the app '{target}' is not served by this sidecar, which serves '{served}'; start the sidecar \
                 with `--app {target}` too, or run both apps on Dapr"
            ),
        ))
    }
}

/// The id of a child whose creator named none.
pub(crate) fn child_id(parent_id: &str, action_id: i32) -> String {
    format!("{parent_id}:{action_id:04x}")
}

fn recorded_origin(origin: create_timer_action::Origin) -> timer_created_event::Origin {
    use create_timer_action::Origin as Created;
    use timer_created_event::Origin as Recorded;
    match origin {
        Created::CreateTimer(origin) => Recorded::CreateTimer(origin),
        Created::ExternalEvent(origin) => Recorded::ExternalEvent(origin),
        Created::ActivityRetry(origin) => Recorded::ActivityRetry(origin),
        Created::ChildWorkflowRetry(origin) => Recorded::ChildWorkflowRetry(origin),
    }
}
