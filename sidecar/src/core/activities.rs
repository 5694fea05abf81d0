//! Activities: queued by a turn, answered by a worker, resolved in the inbox of the execution that asked.
//! See docs/protocol.md, "Sidecar: activities".

use dacapo_proto::pb;

use super::event::{decode, task_resolved};
use super::ledger::Kind;
use super::rejection::Failure;
use super::{Core, Reply};
use crate::store::{Activity, ActivityKey, InstanceKey};

impl Core {
    pub(super) fn queue_activity(&mut self, activity: &Activity) -> crate::store::Result<()> {
        let key = self.store.insert_activity(activity)?;
        self.queue.push_activity(&activity.app, key);
        Ok(())
    }

    /// Takes the answer to an activity. An answer that nobody waits for is no error: the worker cannot know
    /// that its stream was lost, that the instance was purged or that it has gone on without the result.
    pub(super) fn complete_activity(
        &mut self,
        app: &str,
        response: pb::ActivityResponse,
    ) -> Result<Reply, Failure> {
        let pb::ActivityResponse { instance_id, task_id, result, failure_details, completion_token } =
            response;
        let task = (instance_id.as_str(), task_id);
        let Some((instance, key)) = self.answered_activity(app, task, &completion_token)? else {
            tracing::debug!(instance = instance_id, task_id, "an answer that nobody waits for was dropped");
            return Ok(Reply::Done);
        };
        let Some(activity) = self.store.activity(key)? else { return Ok(Reply::Done) };
        self.store.delete_activity(key)?;
        let Some(row) = self.row(instance)? else { return Ok(Reply::Done) };
        if row.execution_id == activity.execution_id {
            let outcome = failure_details.map_or(Ok(result), Err);
            let event = task_resolved(self.clock.now(), &decode(&activity.event)?, outcome);
            self.resolve(instance, (Kind::Task, task_id), &event)?;
        }
        Ok(Reply::Done)
    }

    /// The activity that a worker of `app` answers: of an instance of its own app, or else of another one.
    fn answered_activity(
        &mut self,
        app: &str,
        (instance_id, task_id): (&str, i32),
        token: &str,
    ) -> crate::store::Result<Option<(InstanceKey, ActivityKey)>> {
        let others = self.config.apps.iter().map(String::as_str).filter(|other| *other != app);
        for owner in std::iter::once(app).chain(others) {
            let Some(instance) = self.store.find(owner, instance_id)? else { continue };
            if let Some(key) = self.queue.answer_activity(app, (instance, task_id), token) {
                return Ok(Some((instance, key)));
            }
        }
        Ok(None)
    }
}
