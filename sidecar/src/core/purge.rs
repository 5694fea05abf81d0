//! Deleting instances.
//! See docs/protocol.md, "Sidecar: purge".

use std::collections::BTreeSet;

use dacapo_proto::pb::purge_instances_request::Request;
use dacapo_proto::pb::{self, OrchestrationStatus};

use super::control::{NO_INSTANCE, STALLED, prefixed};
use super::ledger::is_terminal;
use super::rejection::Failure;
use super::{Core, Rejection, Reply};
use crate::store::{Instance, InstanceKey};

/// Which instances may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Ended,
    Any,
}

impl Core {
    pub(super) fn purge(&mut self, app: &str, request: pb::PurgeInstancesRequest) -> Result<Reply, Failure> {
        let id = match request.request {
            Some(Request::InstanceId(id)) => id,
            Some(Request::PurgeInstanceFilter(_)) => {
                return Err(Rejection::unknown("multi-instance purge is not implemented").into());
            }
            None => String::new(),
        };
        let condition = if request.force.unwrap_or(false) { Condition::Any } else { Condition::Ended };
        let purged = match self.find_purged(app, &id) {
            Ok(key) if request.recursive => self.purge_tree(key, condition),
            Ok(key) => self.purge_one(key, condition),
            Err(failure) => Err(failure),
        };
        let count = purged.map_err(|failure| prefixed("failed to purge workflow state", failure))?;
        Ok(Reply::Purged(pb::PurgeInstancesResponse { deleted_instance_count: count, is_complete: None }))
    }

    fn find_purged(&mut self, app: &str, id: &str) -> Result<InstanceKey, Failure> {
        self.store.find(app, id)?.ok_or_else(|| Rejection::unknown(NO_INSTANCE).into())
    }

    /// Purges the descendants first; what is purged when one of them refuses stays purged.
    fn purge_tree(&mut self, root: InstanceKey, condition: Condition) -> Result<i32, Failure> {
        let mut seen = BTreeSet::from([root]);
        let mut order = vec![root];
        let mut next = 0;
        while let Some(parent) = order.get(next).copied() {
            next += 1;
            // The oldest child last, so that it is the first in the reverse.
            for (child, _) in self.children(parent)?.into_iter().rev() {
                if seen.insert(child) {
                    order.push(child);
                }
            }
        }
        // Every instance comes after its parent, so that the reverse has the children first.
        order.into_iter().rev().try_fold(0, |count, key| Ok(count + self.purge_one(key, condition)?))
    }

    pub(super) fn purge_one(&mut self, key: InstanceKey, condition: Condition) -> Result<i32, Failure> {
        let Some(row) = self.row(key)? else { return Ok(0) };
        if condition == Condition::Ended {
            check_ended(&row)?;
        }
        self.disarm_all(key)?;
        self.store.delete_instance(key)?;
        self.cache.take(key);
        self.queue.forget(key);
        self.waits.touch(&row.app, &row.id);
        Ok(1)
    }
}

fn check_ended(row: &Instance) -> Result<(), Failure> {
    if is_terminal(row.status) {
        return Ok(());
    }
    let stalled = row.status == OrchestrationStatus::Stalled;
    Err(Rejection::unknown(if stalled { STALLED } else { "orchestration has not yet completed" }).into())
}
