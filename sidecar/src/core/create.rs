//! Creating instances, and what happens when the id is taken.
//! See docs/protocol.md, "Sidecar: creation".

use std::collections::BTreeSet;

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{self, HistoryEvent, OrchestrationStatus};

use super::event::{NO_ACTION, encode, event, own_router};
use super::ledger::is_terminal;
use super::rejection::{Code, Failure};
use super::turn::Birth;
use super::waits::{Promise, Until};
use super::{Core, INSTANCE_ID_BYTES_MAX, Rejection, Reply, Ticket, Time};
use crate::store::{Instance, InstanceKey, Parent, Timer};

/// Under which conditions an id that was used before may be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reuse {
    /// A client's request: when the old instance has ended and has no activity left to hear from.
    Ended,
    /// A client's request that never wants an id twice.
    Never,
    /// A child or a detached workflow: when the old instance has ended. An activity that it left behind is
    /// known by its execution, so that it cannot be taken for one of the new instance.
    Work,
}

impl Core {
    /// Creates an instance for a client.
    pub(super) fn start(
        &mut self,
        ticket: Ticket,
        app: &str,
        request: pb::CreateInstanceRequest,
    ) -> Result<Option<Reply>, Failure> {
        let id = if request.instance_id.is_empty() { self.ids.next() } else { request.instance_id };
        let reuse = if request.enforce_unique_instance_id { Reuse::Never } else { Reuse::Ended };
        let scheduled = request.scheduled_start_timestamp.is_some();
        let birth = Birth {
            app: app.into(),
            id: id.clone(),
            name: request.name,
            input: request.input,
            scheduled_start: request.scheduled_start_timestamp,
            trace: request.parent_trace_context,
            ..Birth::default()
        };
        self.create(birth, reuse)?;
        if scheduled {
            return Ok(Some(Reply::Started(pb::CreateInstanceResponse { instance_id: id })));
        }
        self.wait(ticket, app, &id, Until::Started, Promise::Started);
        Ok(None)
    }

    /// Creates an instance, or gives a new life to one that has ended. Nothing is written when it is refused.
    pub(super) fn create(&mut self, birth: Birth, reuse: Reuse) -> Result<InstanceKey, Failure> {
        check_id(&birth.id)?;
        let existing = match self.store.find(&birth.app, &birth.id)? {
            None => None,
            Some(key) => self.row(key)?.map(|row| (key, row)),
        };
        let Some((key, old)) = existing else {
            let row = self.newborn(&birth, 1);
            let key = self.store.insert_instance(&row)?;
            self.begin_life(key, &row, birth)?;
            return Ok(key);
        };
        if !is_terminal(old.status) && is_same_child(&old, birth.parent.as_ref()) {
            return Ok(key);
        }
        self.check_reuse(key, &old, reuse)?;
        self.cache.take(key);
        self.store.clear_history(key)?;
        self.disarm_all(key)?;
        self.store.trim_inbox(key, i64::MAX)?;
        self.store.set_propagated(key, None)?;
        let row = self.newborn(&birth, old.generation + 1);
        self.store.update_instance(key, &row)?;
        self.begin_life(key, &row, birth)?;
        Ok(key)
    }

    /// The first row of an instance.
    fn newborn(&mut self, birth: &Birth, generation: i64) -> Instance {
        let now = self.clock.now();
        let due = birth.scheduled_start.as_ref().map(Time::from_proto);
        Instance {
            app: birth.app.clone(),
            id: birth.id.clone(),
            name: birth.name.clone(),
            execution_id: birth.execution_id.clone().unwrap_or_else(|| self.ids.next()),
            generation,
            status: OrchestrationStatus::Pending,
            held: due.is_some_and(|due| due > now),
            created: now,
            updated: now,
            started: None,
            completed: None,
            custom_status: None,
            version: None,
            parent: birth.parent.as_ref().map(|parent| waiting_parent(&birth.app, parent)),
            start_seq: None,
            completed_seq: None,
        }
    }

    fn begin_life(&mut self, key: InstanceKey, row: &Instance, birth: Birth) -> Result<(), Failure> {
        let due = birth.scheduled_start.as_ref().map(Time::from_proto);
        self.store.push_inbox(key, encode(&start_event(row, birth)))?;
        match due {
            Some(due) if row.held => self.arm(Timer { instance: key, id: Timer::START, due })?,
            _ => self.queue.push_turn(&row.app, key),
        }
        self.waits.touch(&row.app, &row.id);
        Ok(())
    }

    fn check_reuse(&mut self, key: InstanceKey, old: &Instance, reuse: Reuse) -> Result<(), Failure> {
        let id = &old.id;
        if !is_terminal(old.status) {
            let message = format!("an active workflow with ID '{id}' already exists");
            return Err(Rejection::exists(message).into());
        }
        if reuse == Reuse::Never {
            let message = format!(
                "a workflow with ID '{id}' already exists and the create enforces instance ID uniqueness"
            );
            return Err(Rejection::exists(message).into());
        }
        if reuse == Reuse::Ended && !self.store.activities_of(key)?.is_empty() {
            let message =
                format!("a terminated workflow with ID '{id}' is already awaiting an activity result");
            return Err(Rejection::unknown(message).into());
        }
        if let Some(child) = self.living_descendant(key)? {
            let message = format!(
                "cannot recreate workflow with ID '{id}': child workflow '{child}': \
                 orchestration has not yet completed"
            );
            return Err(Rejection::exists(message).into());
        }
        Ok(())
    }

    /// The id of a child, or a child's child, that has not ended.
    fn living_descendant(&mut self, key: InstanceKey) -> Result<Option<String>, Failure> {
        let mut seen = BTreeSet::from([key]);
        let mut parents = vec![key];
        while let Some(parent) = parents.pop() {
            for (child, row) in self.children(parent)? {
                if !is_terminal(row.status) {
                    return Ok(Some(row.id));
                }
                if seen.insert(child) {
                    parents.push(child);
                }
            }
        }
        Ok(None)
    }
}

/// Refuses ids that Dapr's own addresses cannot hold, so that a program which runs here runs there, too.
pub(super) fn check_id(id: &str) -> Result<(), Failure> {
    let problem = if id.contains("::") {
        "contains '::'"
    } else if id.contains("||") {
        "contains '||'"
    } else if id.ends_with(':') {
        "ends with ':'"
    } else if id.len() > INSTANCE_ID_BYTES_MAX {
        "is longer than 1024 bytes"
    } else {
        return Ok(());
    };
    let start: String = id.chars().take(80).collect();
    let rejection = Rejection::new(
        Code::InvalidArgument,
        format!("the instance ID '{start}' {problem}, which Dapr reserves; choose another one"),
    );
    Err(rejection.into())
}

fn start_event(row: &Instance, birth: Birth) -> HistoryEvent {
    let creator = row.parent.as_ref().map(|parent| &parent.app).filter(|creator| **creator != row.app);
    let router = match creator {
        Some(creator) => pb::TaskRouter { target_app_id: Some(row.app.clone()), ..own_router(creator) },
        None => own_router(&row.app),
    };
    let start = pb::ExecutionStartedEvent {
        name: birth.name,
        version: None,
        input: birth.input,
        workflow_instance: Some(pb::WorkflowInstance {
            instance_id: row.id.clone(),
            execution_id: Some(row.execution_id.clone()),
        }),
        parent_instance: birth.parent,
        scheduled_start_timestamp: birth.scheduled_start,
        parent_trace_context: birth.trace,
        workflow_span_id: None,
        tags: birth.tags,
    };
    let event = event(NO_ACTION, row.created, EventType::ExecutionStarted(start));
    HistoryEvent { router: Some(router), ..event }
}

fn waiting_parent(app: &str, parent: &pb::ParentInstanceInfo) -> Parent {
    let instance = parent.workflow_instance.clone().unwrap_or_default();
    Parent {
        app: parent.app_id.clone().unwrap_or_else(|| app.into()),
        id: instance.instance_id,
        execution_id: instance.execution_id.unwrap_or_default(),
        task_id: parent.task_scheduled_id,
    }
}

/// Whether an instance is the very child that is to be created.
fn is_same_child(existing: &Instance, parent: Option<&pb::ParentInstanceInfo>) -> bool {
    parent.is_some_and(|parent| existing.parent.as_ref() == Some(&waiting_parent(&existing.app, parent)))
}
