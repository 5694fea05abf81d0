//! Putting events into inboxes.

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{self, HistoryEvent, OrchestrationStatus};

use super::Core;
use super::event::{NO_ACTION, encode, event, own_router};
use super::ledger::{Kind, is_terminal};
use crate::store::{Instance, InstanceKey, Parent, Result, Timer};

impl Core {
    /// Hands an event to an instance that has not ended.
    pub(super) fn deliver(&mut self, key: InstanceKey, row: &Instance, event: &HistoryEvent) -> Result<()> {
        if is_terminal(row.status) {
            return Ok(());
        }
        self.store.push_inbox(key, encode(event))?;
        if row.held && is_termination(event) {
            return self.start_now(key, row.clone());
        }
        // A stalled instance is tried again when a worker connects, not when something happens to it.
        if !row.held && row.status != OrchestrationStatus::Stalled {
            self.queue.push_turn(&row.app, key);
        }
        Ok(())
    }

    /// Hands over the resolution of something that the current execution still waits for.
    pub(super) fn resolve(
        &mut self,
        key: InstanceKey,
        (kind, id): (Kind, i32),
        event: &HistoryEvent,
    ) -> Result<()> {
        if !self.load(key)? {
            return Ok(());
        }
        let Some(entry) = self.cache.get(key) else { return Ok(()) };
        if entry.ledger.expects(kind, id) {
            let row = entry.row.clone();
            self.deliver(key, &row, event)?;
        }
        Ok(())
    }

    /// Ends the wait of an instance for the time of its scheduled start.
    pub(super) fn start_now(&mut self, key: InstanceKey, mut row: Instance) -> Result<()> {
        row.held = false;
        self.disarm(key, Timer::START)?;
        self.save_row(key, &row)?;
        self.queue.push_turn(&row.app, key);
        Ok(())
    }

    /// Tells the execution that waits for a child how the child ended.
    pub(super) fn tell_parent(&mut self, parent: &Parent, resolution: &HistoryEvent) -> Result<()> {
        let Some(key) = self.store.find(&parent.app, &parent.id)? else { return Ok(()) };
        let Some(row) = self.row(key)? else { return Ok(()) };
        // An earlier execution of that instance may have created the child; the current one did not.
        if row.execution_id != parent.execution_id && !parent.execution_id.is_empty() {
            return Ok(());
        }
        self.resolve(key, (Kind::Child, parent.task_id), resolution)
    }

    /// Hands an event to the instance with this id, if there is one.
    pub(super) fn send(&mut self, app: &str, id: &str, event: &HistoryEvent) -> Result<()> {
        let Some(key) = self.store.find(app, id)? else {
            tracing::warn!(instance = id, "an event for an instance that does not exist was dropped");
            return Ok(());
        };
        let Some(row) = self.row(key)? else { return Ok(()) };
        self.deliver(key, &row, event)
    }

    /// Passes the termination of an instance on to its children.
    pub(super) fn cascade(
        &mut self,
        key: InstanceKey,
        terminated: &pb::ExecutionTerminatedEvent,
    ) -> Result<()> {
        let mut event =
            event(NO_ACTION, self.clock.now(), EventType::ExecutionTerminated(terminated.clone()));
        event.router = self.row(key)?.map(|parent| own_router(&parent.app));
        for (child, row) in self.children(key)? {
            self.deliver(child, &row, &event)?;
        }
        Ok(())
    }

    /// The instances that this one created as its children and that are still there.
    pub(super) fn children(&mut self, key: InstanceKey) -> Result<Vec<(InstanceKey, Instance)>> {
        if !self.load(key)? {
            return Ok(Vec::new());
        }
        let Some(entry) = self.cache.get(key) else { return Ok(Vec::new()) };
        let (app, id) = (entry.row.app.clone(), entry.row.id.clone());
        let addresses: Vec<_> = entry.ledger.children.iter().cloned().collect();
        let mut children = Vec::new();
        for (target, child_id) in addresses {
            let Some(child) = self.store.find(target.as_deref().unwrap_or(&app), &child_id)? else {
                continue;
            };
            let Some(row) = self.row(child)? else { continue };
            // The id may have been taken by an instance that has nothing to do with this one.
            if row.parent.as_ref().is_some_and(|parent| parent.id == id && parent.app == app) {
                children.push((child, row));
            }
        }
        Ok(children)
    }
}

fn is_termination(event: &HistoryEvent) -> bool {
    matches!(event.event_type, Some(EventType::ExecutionTerminated(_)))
}
