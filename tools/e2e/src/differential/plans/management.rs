//! Dapr's workflow management calls over gRPC.

use dacapo_proto::dapr::runtime::v1 as dapr;

use crate::differential::action::{child, complete, fail, task, terminated};
use crate::differential::script::{Plan, Script};
use crate::differential::step::Request;

const COMPONENT: &str = "dapr";

fn start(id: &str, name: &str, input: &[u8]) -> dapr::StartWorkflowRequest {
    dapr::StartWorkflowRequest {
        instance_id: id.to_owned(),
        workflow_component: COMPONENT.to_owned(),
        workflow_name: name.to_owned(),
        input: input.to_vec(),
        ..dapr::StartWorkflowRequest::default()
    }
}

/// A request that holds nothing but the instance's id.
macro_rules! of {
    ($variant:ident, $message:ident, $id:expr) => {
        Request::$variant(dapr::$message {
            instance_id: $id.to_owned(),
            workflow_component: COMPONENT.to_owned(),
            ..dapr::$message::default()
        })
    };
}

fn read(id: &str) -> Request {
    of!(GetWorkflow, GetWorkflowRequest, id)
}

fn stop(id: &str) -> Request {
    of!(TerminateWorkflow, TerminateWorkflowRequest, id)
}

fn purge(id: &str) -> Request {
    of!(PurgeWorkflow, PurgeWorkflowRequest, id)
}

fn raise(id: &str, name: &str, data: &[u8]) -> Request {
    Request::RaiseEventWorkflow(dapr::RaiseEventWorkflowRequest {
        instance_id: id.to_owned(),
        workflow_component: COMPONENT.to_owned(),
        event_name: name.to_owned(),
        event_data: data.to_vec(),
        ..dapr::RaiseEventWorkflowRequest::default()
    })
}

pub(super) fn plans() -> Vec<Plan> {
    [uses(), refusals()].concat()
}

fn begun(actions: Vec<dacapo_proto::pb::WorkflowAction>) -> Script {
    Script::new()
        .request(Request::StartWorkflow(start("a", "Flow", b"\"in\"")))
        .turn("a", actions)
        .request(Request::WaitForStart(crate::differential::script::get("a")))
}

fn uses() -> Vec<Plan> {
    vec![
        begun(vec![complete(0, Some("\"out\""))])
            .ended("a")
            .request(read("a"))
            .request(purge("a"))
            .request(read("a"))
            .daprd_plan("manage_one_that_completes"),
        begun(vec![fail(0, "it")]).ended("a").request(read("a")).daprd_plan("manage_one_that_fails"),
        Script::new()
            .request(Request::StartWorkflow(start("a", "Flow", b"")))
            .turn("a", vec![task(0)])
            .request(Request::WaitForStart(crate::differential::script::get("a")))
            .request(read("a"))
            .request(stop("a"))
            .turn("a", vec![terminated(1)])
            .ended("a")
            .request(read("a"))
            .daprd_plan("manage_one_that_is_terminated"),
        begun(vec![])
            .request(of!(PauseWorkflow, PauseWorkflowRequest, "a"))
            .turn("a", vec![])
            .request(raise("a", "e", b"\"data\""))
            .turn("a", vec![])
            .request(read("a"))
            .request(of!(ResumeWorkflow, ResumeWorkflowRequest, "a"))
            .turn("a", vec![])
            .request(raise("a", "f", b""))
            .turn("a", vec![complete(0, None)])
            .ended("a")
            .daprd_plan("manage_a_pause_and_events"),
        begun(vec![child(0, "b")])
            .turn("b", vec![complete(0, None)])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .request(purge("a"))
            .request(read("b"))
            .daprd_plan("manage_a_family"),
        Script::new()
            .request(Request::StartWorkflow(dapr::StartWorkflowRequest {
                options: [("dapr.workflow.start_time".to_owned(), "2100-01-01T00:00:00Z".to_owned())].into(),
                ..start("a", "Flow", b"1")
            }))
            .request(Request::StartWorkflow(dapr::StartWorkflowRequest {
                options: [("dapr.workflow.start_time".to_owned(), "tomorrow".to_owned())].into(),
                ..start("b", "Flow", b"1")
            }))
            .daprd_plan("manage_a_scheduled_start"),
    ]
}

fn refusals() -> Vec<Plan> {
    vec![
        begun(vec![])
            .request(Request::StartWorkflow(start("a", "Flow", b"1")))
            .request(purge("a"))
            .request(stop("a"))
            .turn("a", vec![terminated(0)])
            .ended("a")
            .request(stop("a"))
            .request(of!(PauseWorkflow, PauseWorkflowRequest, "a"))
            .request(raise("a", "e", b"1"))
            .daprd_plan("manage_what_is_in_use_and_what_ended"),
        Script::new()
            .request(Request::StartWorkflow(start("a", "", b"1")))
            .request(Request::StartWorkflow(start(&"x".repeat(70), "Flow", b"1")))
            .request(Request::StartWorkflow(start("a b", "Flow", b"1")))
            .request(Request::StartWorkflow(start("a:b", "Flow", b"1")))
            .daprd_plan("manage_starts_that_are_refused"),
        Script::new()
            .request(read("never"))
            .request(stop("never"))
            .request(purge("never"))
            .request(of!(PauseWorkflow, PauseWorkflowRequest, "never"))
            .request(of!(ResumeWorkflow, ResumeWorkflowRequest, "never"))
            .request(raise("never", "e", b"1"))
            .daprd_plan("manage_nobody"),
        Script::new()
            .request(read(""))
            .request(stop(""))
            .request(purge(""))
            .request(of!(PauseWorkflow, PauseWorkflowRequest, ""))
            .request(of!(ResumeWorkflow, ResumeWorkflowRequest, ""))
            .request(raise("", "e", b"1"))
            .request(raise("never", "", b"1"))
            .daprd_plan("manage_without_an_id"),
    ]
}
