//! Starting a new instance from the middle of a history.

use dacapo_proto::pb;

use super::rejection::{Code, Failure};
use super::{Core, Rejection, Reply, Ticket};

impl Core {
    pub(super) fn rerun(
        &mut self,
        _ticket: Ticket,
        _app: &str,
        _request: pb::RerunWorkflowFromEventRequest,
    ) -> Result<Option<Reply>, Failure> {
        Err(Rejection::new(Code::Unimplemented, "rerun").into())
    }
}
