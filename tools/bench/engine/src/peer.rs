//! The peer, `dapr-durabletask`: its public executor between its own messages.

use std::collections::HashMap;
use std::fmt;

use bytes::Bytes;
use dapr_durabletask::proto_public::{HistoryEvent, WorkItem, WorkflowRequest, work_item::Request};
use dapr_durabletask::worker::{OrchestrationExecutor, OrchestratorFn, WorkerOptions};
use futures_util::FutureExt as _;
use prost::Message as _;

/// A worker of the peer. It keeps the events of instances whose work items leave them out, and replays them.
///
/// The peer's own worker copies the kept events twice a turn, once out of its cache and once back. Here they are moved
/// out, and copied once because the executor consumes what it is given: the least that its public interface allows.
pub(crate) struct Peer {
    workflow: OrchestratorFn,
    options: WorkerOptions,
    kept: HashMap<String, Vec<HistoryEvent>>,
    keeps: bool,
}

impl Peer {
    /// A worker for work items that carry everything.
    pub(crate) fn stateless(workflow: OrchestratorFn) -> Self {
        Self { workflow, options: WorkerOptions::default(), kept: HashMap::new(), keeps: false }
    }

    /// A worker for work items that leave out what it keeps.
    pub(crate) fn stateful(workflow: OrchestratorFn) -> Self {
        Self { keeps: true, ..Self::stateless(workflow) }
    }

    /// The answer to a work item.
    ///
    /// # Panics
    ///
    /// When there is none: the work items are well made.
    pub(crate) fn run(&mut self, work_item: Bytes) -> Bytes {
        let item = WorkItem::decode(work_item).expect("a work item");
        let Some(Request::WorkflowRequest(request)) = item.request else { panic!("a turn of a workflow") };
        let instance_id = request.instance_id.clone();
        let (past, new) = self.resolve(request);
        let execution = OrchestrationExecutor::execute(
            &self.workflow,
            &instance_id,
            past,
            new,
            item.completion_token,
            &self.options,
            None,
        );
        // The executor never waits.
        let response = execution.now_or_never().expect("an answer at once").expect("an answer");
        response.encode_to_vec().into()
    }

    /// The whole history of a turn, and its new events.
    fn resolve(&mut self, request: WorkflowRequest) -> (Vec<HistoryEvent>, Vec<HistoryEvent>) {
        let WorkflowRequest { instance_id, past_events, new_events, cached_history, .. } = request;
        if !self.keeps {
            return (past_events, new_events);
        }
        let omitted = cached_history.map_or(0, |cached| usize::try_from(cached.event_count).unwrap_or(0));
        let kept = self.kept.entry(instance_id).or_default();
        assert_eq!(kept.len(), omitted, "the sidecar leaves out what is kept");
        kept.extend(past_events);
        (kept.clone(), new_events)
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer").field("keeps", &self.keeps).finish_non_exhaustive()
    }
}
