//! Suspend, resume and terminate.

use dacapo_proto::pb::OrchestrationStatus;

use crate::differential::action::{FAR, child, complete, continue_as_new, end, task, terminated, timer};
use crate::differential::script::{Plan, Script, create, create_at, resume, suspend, terminate};
use crate::differential::step::{Reply, Request, Step};

pub(super) fn plans() -> Vec<Plan> {
    [pauses(), ends()].concat()
}

fn pauses() -> Vec<Plan> {
    vec![
        Script::new()
            .start("a", vec![task(0)])
            .suspend("a")
            .look("a")
            .done("a", 0)
            .turn("a", vec![])
            .resume("a", vec![complete(1, None)])
            .ended("a")
            .plan("a_result_while_suspended"),
        Script::new()
            .start("a", vec![])
            .suspend("a")
            .suspend("a")
            .resume("a", vec![])
            .look("a")
            .resume("a", vec![])
            .terminate("a", false, vec![terminated(90)])
            .ended("a")
            .plan("suspended_twice_and_resumed_twice"),
        Script::new()
            .start("a", vec![complete(0, None)])
            .ended("a")
            .request(suspend("a"))
            .request(resume("a"))
            .request(terminate("a", true))
            .look("a")
            .plan("control_of_what_has_ended"),
        Script::new().request(suspend("never")).plan("suspend_nobody"),
        Script::new().request(resume("never")).plan("resume_nobody"),
        Script::new().request(terminate("never", false)).plan("terminate_nobody"),
        Script::new()
            .begin(Request::Suspend(dacapo_proto::pb::SuspendRequest {
                instance_id: "a".to_owned(),
                reason: Some(String::new()),
                router: None,
            }))
            .answer()
            .plan("suspend_nobody_without_a_reason"),
        Script::new()
            .start("a", vec![])
            .begin(Request::Suspend(dacapo_proto::pb::SuspendRequest {
                instance_id: "a".to_owned(),
                reason: Some(String::new()),
                router: None,
            }))
            .turn("a", vec![])
            .answer()
            .begin(Request::Resume(dacapo_proto::pb::ResumeRequest {
                instance_id: "a".to_owned(),
                reason: None,
                router: None,
            }))
            .turn("a", vec![complete(0, None)])
            .answer()
            .ended("a")
            .plan("a_pause_without_a_reason"),
    ]
}

fn ends() -> Vec<Plan> {
    vec![
        Script::new()
            .start("a", vec![task(0), timer(1, FAR)])
            .terminate("a", false, vec![terminated(2)])
            .ended("a")
            .plan("a_worker_answers_a_termination"),
        Script::new()
            .start("a", vec![task(0)])
            .terminate("a", false, vec![])
            .ended("a")
            .plan("a_worker_does_not_answer_a_termination"),
        Script::new()
            .start("a", vec![])
            .suspend("a")
            .terminate("a", false, vec![terminated(0)])
            .ended("a")
            .plan("terminated_while_suspended"),
        Script::new()
            .start("a", vec![])
            .terminate("a", false, vec![complete(0, Some("\"first\""))])
            .ended("a")
            .plan("completed_in_the_turn_of_the_termination"),
        Script::new()
            .start("a", vec![])
            .terminate("a", false, vec![continue_as_new(0, "2")])
            .ended("a")
            .plan("continued_in_the_turn_of_the_termination"),
        Script::new()
            .begin(Request::Terminate(dacapo_proto::pb::TerminateRequest {
                instance_id: "a".to_owned(),
                ..dacapo_proto::pb::TerminateRequest::default()
            }))
            .answer()
            .start("b", vec![])
            .begin(Request::Terminate(dacapo_proto::pb::TerminateRequest {
                instance_id: "b".to_owned(),
                ..dacapo_proto::pb::TerminateRequest::default()
            }))
            .turn("b", vec![end(0, OrchestrationStatus::Terminated, None, None)])
            .answer()
            .ended("b")
            .plan("terminated_without_a_text"),
        Script::new()
            .request(create_at("a", FAR))
            .begin(terminate("a", false))
            .turn("a", vec![terminated(0)])
            .answer()
            .ended("a")
            .plan("terminated_before_a_scheduled_start"),
        Script::new()
            .begin(create("a"))
            .step(Step::TakeTurn { id: "a".to_owned() })
            .begin(terminate("a", false))
            .step(Step::Reply(Reply { actions: vec![task(0)], ..Reply::default() }))
            .answer()
            .turn("a", vec![terminated(1)])
            .answer()
            .ended("a")
            .plan("terminated_during_the_first_turn"),
        Script::new()
            .start("a", vec![child(0, "b")])
            .turn("b", vec![complete(0, None)])
            .turn("a", vec![])
            .terminate("a", true, vec![terminated(1)])
            .ended("a")
            .ended("b")
            .plan("a_tree_with_an_ended_child_is_terminated"),
    ]
}
