//! Starting a new instance from the middle of the history of one that has ended.
//! See docs/protocol.md, "Sidecar: rerun".

use std::collections::BTreeMap;

use bytes::Bytes;
use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{self, HistoryEvent, OrchestrationStatus};

use super::actions::child_id;
use super::create::check_id;
use super::event::{decode, encode, routed_app};
use super::ledger::is_terminal;
use super::propagation::Scope;
use super::rejection::Failure;
use super::turn::{Birth, Effect};
use super::waits::{Promise, Until};
use super::{Core, Rejection, Reply, Ticket, Time};
use crate::store::{Instance, InstanceKey};

impl Core {
    pub(super) fn rerun(
        &mut self,
        ticket: Ticket,
        app: &str,
        request: pb::RerunWorkflowFromEventRequest,
    ) -> Result<Option<Reply>, Failure> {
        let source = &request.source_instance_id;
        if source.is_empty() {
            return Err(Rejection::invalid("rerun workflow source instance ID is required").into());
        }
        let id = match request.new_instance_id.as_deref() {
            None | Some("") => self.ids.next(),
            Some(id) => id.to_owned(),
        };
        if id == *source {
            let message = "rerun workflow instance ID must be different from the original instance ID";
            return Err(Rejection::invalid(message).into());
        }
        check_id(&id)?;
        let (key, row) = self.rerun_source(app, source)?;
        let stored = self.store.history(key)?;
        let events = stored.iter().map(decode).collect::<Result<Vec<_>, _>>()?;
        let target = find_target(&events, &request)?;
        if self.store.find(app, &id)?.is_some() {
            return Err(Rejection::exists(format!("workflow '{id}' has already been created")).into());
        }
        let plan = Plan::new(&events, target, &stored);
        self.begin_rerun(app, &id, (key, &row), plan.finish(&id, &request))?;
        self.wait(ticket, app, &id, Until::Started, Promise::Rerun);
        Ok(None)
    }

    fn rerun_source(&mut self, app: &str, id: &str) -> Result<(InstanceKey, Instance), Failure> {
        let missing = || Rejection::not_found(format!("workflow instance does not exist with ID '{id}'"));
        let key = self.store.find(app, id)?.ok_or_else(missing)?;
        let row = self.row(key)?.ok_or_else(missing)?;
        if !is_terminal(row.status) {
            return Err(Rejection::invalid(format!("'{id}' is not in a terminal state")).into());
        }
        if row.parent.is_some() {
            return Err(Rejection::invalid(format!("'{id}': cannot rerun from child-workflows")).into());
        }
        Ok((key, row))
    }

    /// Writes the new instance and sends out the work that its history leaves open.
    fn begin_rerun(
        &mut self,
        app: &str,
        id: &str,
        (source_key, source): (InstanceKey, &Instance),
        (kept, mut open): (Vec<Bytes>, Vec<HistoryEvent>),
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        open.iter_mut().for_each(|event| event.timestamp = Some(now.to_proto()));
        let row = Instance {
            id: id.into(),
            generation: 1,
            status: OrchestrationStatus::Running,
            custom_status: None,
            ..source.clone()
        };
        let key = self.store.insert_instance(&row)?;
        let received = self.store.propagated(source_key)?;
        self.store.set_propagated(key, received)?;
        let history: Vec<Bytes> = kept.into_iter().chain(open.iter().map(encode)).collect();
        self.store.append_history(key, 0, &history)?;
        let Some(mut entry) = self.checkout(key)? else { return Ok(()) };
        entry.refresh_row(now);
        self.store.update_instance(key, &entry.row)?;
        let start = entry.ledger.start.as_deref().cloned().unwrap_or_default();
        let effects: Vec<Effect> = open.into_iter().filter_map(|event| effect(&row, &start, event)).collect();
        let propagation = self.propagation(key, &entry, &effects)?;
        let row = entry.row.clone();
        self.cache.put(key, entry);
        for effect in effects {
            self.take_effect(key, &row, effect, &propagation)?;
        }
        self.waits.touch(app, id);
        Ok(())
    }
}

/// The place of the event to rerun, when it is one that can be.
fn find_target(
    events: &[HistoryEvent],
    request: &pb::RerunWorkflowFromEventRequest,
) -> Result<usize, Failure> {
    let number = request.event_id;
    let place = events.iter().position(|event| u32::try_from(event.event_id) == Ok(number));
    let Some(place) = place else {
        let message = format!("does not have history event with ID '{number}'");
        return Err(Rejection::not_found(message).into());
    };
    let refuse = |what: &str| Err(Rejection::invalid(format!("event '{number}' is {what}")).into());
    let renames_child = request.new_child_workflow_instance_id.is_some();
    match &events[place].event_type {
        Some(EventType::DetachedWorkflowInstanceCreated(_)) => {
            refuse("a detached workflow spawn and cannot be rerun; start that workflow again instead")
        }
        Some(EventType::TimerCreated(_)) if request.overwrite_input => {
            Err(Rejection::invalid(format!("cannot write input to timer event '{number}'")).into())
        }
        Some(kind @ (EventType::TimerCreated(_) | EventType::TaskScheduled(_))) if renames_child => {
            let kind = if matches!(kind, EventType::TimerCreated(_)) { "timer" } else { "activity" };
            let message = format!("cannot set new child workflow instance ID on {kind} event '{number}'");
            Err(Rejection::invalid(message).into())
        }
        Some(
            EventType::TaskScheduled(_)
            | EventType::TimerCreated(_)
            | EventType::ChildWorkflowInstanceCreated(_),
        ) => Ok(place),
        other => {
            let kind = other.as_ref().map_or("unknown", kind_name);
            let message =
                format!("target event '{kind}' with ID '{number}' is not an event that can be rerun");
            Err(Rejection::not_found(message).into())
        }
    }
}

fn kind_name(kind: &EventType) -> &'static str {
    match kind {
        EventType::ExecutionCompleted(_) => "ExecutionCompleted",
        EventType::EventSent(_) => "EventSent",
        _ => "HistoryEvent",
    }
}

/// The history before the target: what stays, and the work that has to be done again.
struct Plan<'a> {
    kept: Vec<Bytes>,
    tasks: BTreeMap<i32, &'a Bytes>,
    children: BTreeMap<i32, &'a Bytes>,
    timers: Vec<&'a HistoryEvent>,
    events: &'a [HistoryEvent],
    target: &'a HistoryEvent,
}

impl<'a> Plan<'a> {
    fn new(events: &'a [HistoryEvent], target: usize, stored: &'a [Bytes]) -> Self {
        let mut plan = Self {
            kept: Vec::new(),
            tasks: BTreeMap::new(),
            children: BTreeMap::new(),
            timers: Vec::new(),
            events: &events[..target],
            target: &events[target],
        };
        for (event, encoded) in events.iter().zip(stored).take(target) {
            plan.add(event, encoded);
        }
        plan
    }

    /// Scheduled work is held back until its resolution is met.
    fn add(&mut self, event: &'a HistoryEvent, encoded: &'a Bytes) {
        use EventType as Type;
        let id = event.event_id;
        let resolved = match &event.event_type {
            Some(Type::TaskScheduled(_)) => {
                self.tasks.insert(id, encoded);
                return;
            }
            Some(Type::ChildWorkflowInstanceCreated(_)) => {
                self.children.insert(id, encoded);
                return;
            }
            Some(Type::TimerCreated(_)) => {
                self.timers.push(event);
                return;
            }
            Some(Type::TaskCompleted(done)) => self.tasks.remove(&done.task_scheduled_id),
            Some(Type::TaskFailed(done)) => self.tasks.remove(&done.task_scheduled_id),
            Some(Type::ChildWorkflowInstanceCompleted(done)) => self.children.remove(&done.task_scheduled_id),
            Some(Type::ChildWorkflowInstanceFailed(done)) => self.children.remove(&done.task_scheduled_id),
            _ => None,
        };
        self.kept.extend(resolved.cloned());
        self.kept.push(encoded.clone());
    }

    /// What stays in history as it was, and the events of the work to be done again, the target last.
    fn finish(
        self,
        new_id: &str,
        request: &pb::RerunWorkflowFromEventRequest,
    ) -> (Vec<Bytes>, Vec<HistoryEvent>) {
        let mut open = Vec::new();
        let is_open = |event: &&HistoryEvent| {
            let task = matches!(event.event_type, Some(EventType::TaskScheduled(_)));
            task && self.tasks.contains_key(&event.event_id)
        };
        open.extend(self.events.iter().filter(is_open).cloned());
        open.extend(self.timers.into_iter().cloned());
        for event in self.events {
            if let Some(EventType::ChildWorkflowInstanceCreated(child)) = &event.event_type
                && self.children.contains_key(&event.event_id)
            {
                let child = pb::ChildWorkflowInstanceCreatedEvent {
                    instance_id: child_id(new_id, event.event_id),
                    ..child.clone()
                };
                let event_type = Some(EventType::ChildWorkflowInstanceCreated(child));
                open.push(HistoryEvent { event_type, ..event.clone() });
            }
        }
        open.push(rerun_target(self.target.clone(), new_id, request));
        (self.kept, open)
    }
}

fn rerun_target(
    mut target: HistoryEvent,
    new_id: &str,
    request: &pb::RerunWorkflowFromEventRequest,
) -> HistoryEvent {
    let source = pb::RerunParentInstanceInfo { instance_id: request.source_instance_id.clone() };
    match &mut target.event_type {
        Some(EventType::TaskScheduled(task)) => {
            task.rerun_parent_instance_info = Some(source);
            if request.overwrite_input {
                task.input.clone_from(&request.input);
            }
        }
        Some(EventType::TimerCreated(timer)) => timer.rerun_parent_instance_info = Some(source),
        Some(EventType::ChildWorkflowInstanceCreated(child)) => {
            child.rerun_parent_instance_info = Some(source);
            let named = request.new_child_workflow_instance_id.clone().filter(|id| !id.is_empty());
            child.instance_id = named.unwrap_or_else(|| child_id(new_id, target.event_id));
            if request.overwrite_input {
                child.input.clone_from(&request.input);
            }
        }
        _ => {}
    }
    target
}

/// The work that a scheduling event asks for.
fn effect(row: &Instance, start: &pb::ExecutionStartedEvent, event: HistoryEvent) -> Option<Effect> {
    match &event.event_type {
        Some(EventType::TaskScheduled(task)) => {
            let scope = Scope::from_wire(task.history_propagation_scope);
            Some(Effect::Activity { scheduled: event, scope })
        }
        Some(EventType::TimerCreated(timer)) => {
            let due = timer.fire_at.as_ref().map_or(Time::EPOCH, Time::from_proto);
            Some(Effect::Timer { id: event.event_id, due })
        }
        Some(EventType::ChildWorkflowInstanceCreated(child)) => {
            let parent = pb::ParentInstanceInfo {
                task_scheduled_id: event.event_id,
                name: Some(start.name.clone()),
                version: None,
                workflow_instance: Some(pb::WorkflowInstance {
                    instance_id: row.id.clone(),
                    execution_id: Some(row.execution_id.clone()),
                }),
                app_id: Some(row.app.clone()),
                app_namespace: None,
            };
            let birth = Birth {
                app: routed_app(event.router.as_ref()).unwrap_or(&row.app).to_owned(),
                id: child.instance_id.clone(),
                name: child.name.clone(),
                input: child.input.clone(),
                parent: Some(parent),
                trace: child.parent_trace_context.clone(),
                scope: Scope::from_wire(child.history_propagation_scope),
                ..Birth::default()
            };
            Some(Effect::Child { birth: Box::new(birth), task_id: event.event_id })
        }
        _ => None,
    }
}
