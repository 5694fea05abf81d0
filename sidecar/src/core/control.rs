//! Messages to instances: external events, suspend, resume, terminate.
//! See docs/protocol.md, "Sidecar: creation".

use dacapo_proto::pb::history_event::EventType;
use dacapo_proto::pb::{self, OrchestrationStatus};

use super::event::{NO_ACTION, event};
use super::ledger::is_terminal;
use super::rejection::Failure;
use super::waits::{Promise, Until};
use super::{Core, Rejection, Reply, Ticket};
use crate::store::{Instance, InstanceKey};

/// Dapr's words for an id that nobody has.
pub(super) const NO_INSTANCE: &str = "no such instance exists";
/// Dapr's words for an instance that no connected worker can run.
pub(super) const STALLED: &str = "workflow is stalled";

impl Core {
    pub(super) fn raise(&mut self, app: &str, request: pb::RaiseEventRequest) -> Result<Reply, Failure> {
        let pb::RaiseEventRequest { instance_id, name, input, .. } = request;
        let kind = EventType::EventRaised(pb::EventRaisedEvent { name, input });
        self.tell(app, &instance_id, kind)?;
        Ok(Reply::Done)
    }

    pub(super) fn suspend(
        &mut self,
        ticket: Ticket,
        app: &str,
        request: pb::SuspendRequest,
    ) -> Result<Option<Reply>, Failure> {
        let input = request.reason.filter(|reason| !reason.is_empty());
        let kind = EventType::ExecutionSuspended(pb::ExecutionSuspendedEvent { input });
        self.tell(app, &request.instance_id, kind)?;
        self.wait(ticket, app, &request.instance_id, Until::Suspended, Promise::Done);
        Ok(None)
    }

    pub(super) fn resume(
        &mut self,
        ticket: Ticket,
        app: &str,
        request: pb::ResumeRequest,
    ) -> Result<Option<Reply>, Failure> {
        let input = request.reason.filter(|reason| !reason.is_empty());
        let kind = EventType::ExecutionResumed(pb::ExecutionResumedEvent { input });
        self.tell(app, &request.instance_id, kind)?;
        self.wait(ticket, app, &request.instance_id, Until::Running, Promise::Done);
        Ok(None)
    }

    pub(super) fn terminate(
        &mut self,
        ticket: Ticket,
        app: &str,
        request: pb::TerminateRequest,
    ) -> Result<Option<Reply>, Failure> {
        let pb::TerminateRequest { instance_id, output, recursive, .. } = request;
        let terminated = pb::ExecutionTerminatedEvent { input: output, recurse: recursive };
        let told = self.tell(app, &instance_id, EventType::ExecutionTerminated(terminated));
        told.map_err(|failure| prefixed("failed to submit termination request", failure))?;
        self.wait(ticket, app, &instance_id, Until::Ended, Promise::Done);
        Ok(None)
    }

    /// Delivers a client's message; one to an instance that has ended is accepted and forgotten.
    fn tell(&mut self, app: &str, id: &str, kind: EventType) -> Result<(), Failure> {
        let (key, row) = self.known(app, id)?;
        if row.status == OrchestrationStatus::Stalled {
            return Err(Rejection::unknown(STALLED).into());
        }
        if is_terminal(row.status) {
            return Ok(());
        }
        // Name and time identify a raised event, so no two of them may carry the same time.
        self.last_raised = self.clock.now().strictly_after(self.last_raised);
        let event = event(NO_ACTION, self.last_raised, kind);
        self.deliver(key, &row, &event)?;
        Ok(())
    }

    /// The instance with this id, or Dapr's words that there is none.
    pub(super) fn known(&mut self, app: &str, id: &str) -> Result<(InstanceKey, Instance), Failure> {
        let key = self.store.find(app, id)?.ok_or_else(|| Rejection::unknown(NO_INSTANCE))?;
        let row = self.row(key)?.ok_or_else(|| Rejection::unknown(NO_INSTANCE))?;
        Ok((key, row))
    }
}

/// Puts the name of the operation before the reason for its refusal.
pub(super) fn prefixed(operation: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Rejected(rejection) => {
            Rejection::new(rejection.code, format!("{operation}: {}", rejection.message)).into()
        }
        store => store,
    }
}
