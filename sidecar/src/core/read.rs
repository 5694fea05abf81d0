//! Reading: the state of an instance, its history, the list of ids.
//! See docs/protocol.md, "Sidecar: reading".

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{self, OrchestrationStatus};

use super::event::decode;
use super::rejection::Failure;
use super::{Answer, Core, Rejection, Reply, Time};
use crate::store::{Instance, InstanceKey, Result, StoreError};

impl Core {
    pub(super) fn status(&mut self, app: &str, id: &str) -> Result<Option<OrchestrationStatus>> {
        let Some(key) = self.store.find(app, id)? else { return Ok(None) };
        if let Some(entry) = self.cache.get(key) {
            return Ok(Some(entry.row.status));
        }
        Ok(self.store.instance(key)?.map(|row| row.status))
    }

    /// What a client sees of an instance; that it does not exist is an answer, too.
    pub(super) fn describe(&mut self, app: &str, id: &str, payloads: bool) -> Answer {
        let state = self.state(app, id, payloads).map_err(|error| Rejection::from(&error))?;
        let exists = state.is_some();
        Ok(Reply::Instance(Box::new(pb::GetInstanceResponse { exists, workflow_state: state })))
    }

    fn state(&mut self, app: &str, id: &str, payloads: bool) -> Result<Option<pb::WorkflowState>> {
        let Some(key) = self.store.find(app, id)? else { return Ok(None) };
        let Some(row) = self.row(key)? else { return Ok(None) };
        let mut state = pb::WorkflowState {
            instance_id: row.id.clone(),
            name: row.name.clone(),
            version: row.version.clone(),
            workflow_status: row.status as i32,
            created_timestamp: Some(row.created.to_proto()),
            last_updated_timestamp: Some(row.updated.to_proto()),
            completed_timestamp: row.completed.map(Time::to_proto),
            started_at: row.started.map(Time::to_proto),
            parent_instance_id: row.parent.as_ref().map(|parent| parent.id.clone()),
            parent_app_id: row.parent.as_ref().map(|parent| parent.app.clone()),
            ..pb::WorkflowState::default()
        };
        if payloads {
            self.add_payloads(key, &row, &mut state)?;
        }
        Ok(Some(state))
    }

    fn add_payloads(
        &mut self,
        key: InstanceKey,
        row: &Instance,
        state: &mut pb::WorkflowState,
    ) -> Result<()> {
        state.input = self.input(key, row)?;
        state.custom_status.clone_from(&row.custom_status);
        let Some(seq) = row.completed_seq else { return Ok(()) };
        if let Some(EventType::ExecutionCompleted(completed)) = self.recorded(key, seq)? {
            state.output = completed.result;
            state.failure_details = completed.failure_details;
        }
        Ok(())
    }

    fn input(&mut self, key: InstanceKey, row: &Instance) -> Result<Option<String>> {
        let start = match row.start_seq {
            Some(seq) => self.recorded(key, seq)?,
            // Before the first turn the start is what the inbox begins with.
            None => match self.store.inbox(key, 1)?.first() {
                Some(first) => decode(&first.event)?.event_type,
                None => None,
            },
        };
        Ok(match start {
            Some(EventType::ExecutionStarted(start)) => start.input,
            _ => None,
        })
    }

    fn recorded(&mut self, key: InstanceKey, seq: i64) -> Result<Option<EventType>> {
        let Some(event) = self.store.history_event(key, seq)? else {
            return Err(StoreError::Damaged { detail: format!("event {seq} of a history is missing") });
        };
        Ok(decode(&event)?.event_type)
    }

    pub(super) fn list(
        &mut self,
        app: &str,
        request: pb::ListInstanceIDsRequest,
    ) -> std::result::Result<Reply, Failure> {
        let page = request.page_size.filter(|size| *size > 0);
        let page = page.map_or(usize::MAX, |size| usize::try_from(size).unwrap_or(usize::MAX));
        let after = request.continuation_token.filter(|token| !token.is_empty());
        let mut instance_ids = self.store.instance_ids(app, after.as_deref(), page.saturating_add(1))?;
        let more = instance_ids.len() > page;
        instance_ids.truncate(page);
        // The last id of a page is the token of the next: pages stay right while instances come and go.
        let continuation_token = instance_ids.last().filter(|_| more).cloned();
        Ok(Reply::Listed(pb::ListInstanceIDsResponse { instance_ids, continuation_token }))
    }

    pub(super) fn history(&mut self, app: &str, id: &str) -> std::result::Result<Reply, Failure> {
        let Some(key) = self.store.find(app, id)? else {
            return Err(Rejection::not_found(format!("workflow instance '{id}' not found")).into());
        };
        let events = match self.cache.get(key) {
            Some(entry) => entry.history.clone(),
            None => self.store.history(key)?,
        };
        Ok(Reply::History(pb::GetInstanceHistoryResponse { events }))
    }
}
