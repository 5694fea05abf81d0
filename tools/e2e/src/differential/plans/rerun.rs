//! Running an instance again from one of its events.

use dacapo_proto::pb;

use crate::differential::action::{FAR, PAST, child, complete, task, terminated, timer};
use crate::differential::script::{Plan, Script, rerun, rerun_request};
use crate::differential::step::Request;

pub(super) fn plans() -> Vec<Plan> {
    [repetitions(), refusals()].concat()
}

/// An instance that has done two activities.
fn two_tasks() -> Script {
    Script::new()
        .start("a", vec![task(0)])
        .done("a", 0)
        .turn("a", vec![task(1)])
        .done("a", 1)
        .turn("a", vec![complete(2, Some("\"out\""))])
        .ended("a")
}

fn repetitions() -> Vec<Plan> {
    let other_input = Request::Rerun(pb::RerunWorkflowFromEventRequest {
        input: Some("\"other\"".to_owned()),
        overwrite_input: true,
        ..rerun_request("a", 1, "b")
    });
    let no_input = Request::Rerun(pb::RerunWorkflowFromEventRequest {
        overwrite_input: true,
        ..rerun_request("a", 0, "b")
    });
    vec![
        two_tasks()
            .request(rerun("a", 1, "b"))
            .done("b", 1)
            .turn("b", vec![complete(2, None)])
            .ended("b")
            .daprd_plan("rerun_from_the_last_activity"),
        two_tasks()
            .request(rerun("a", 0, "b"))
            .look("b")
            .done("b", 0)
            .turn("b", vec![complete(1, None)])
            .ended("b")
            .daprd_plan("rerun_from_the_first_activity"),
        two_tasks()
            .request(other_input)
            .done("b", 1)
            .turn("b", vec![complete(2, None)])
            .ended("b")
            .daprd_plan("rerun_with_another_input"),
        two_tasks()
            .request(no_input)
            .done("b", 0)
            .turn("b", vec![complete(1, None)])
            .ended("b")
            .daprd_plan("rerun_without_the_input"),
        Script::new()
            .start("a", vec![timer(0, PAST)])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .request(rerun("a", 0, "b"))
            .turn("b", vec![complete(1, None)])
            .ended("b")
            .daprd_plan("rerun_from_a_timer"),
        Script::new()
            .start("a", vec![child(0, "")])
            .turn("a:0000", vec![complete(0, None)])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .request(rerun("a", 0, "b"))
            .turn("b:0000", vec![complete(0, None)])
            .turn("b", vec![complete(1, None)])
            .ended("b")
            .daprd_plan("rerun_from_a_child"),
        Script::new()
            .start("a", vec![task(0), timer(1, FAR), task(2)])
            .done("a", 2)
            .turn("a", vec![task(3)])
            .done("a", 3)
            .turn("a", vec![complete(4, None)])
            .done("a", 0)
            .ended("a")
            .request(rerun("a", 3, "b"))
            .done("b", 0)
            .turn("b", vec![])
            .done("b", 3)
            .turn("b", vec![complete(4, None)])
            .ended("b")
            .daprd_plan("rerun_with_work_that_was_open"),
    ]
}

fn refusals() -> Vec<Plan> {
    let with = |change: fn(&mut pb::RerunWorkflowFromEventRequest)| {
        let mut request = rerun_request("a", 0, "b");
        change(&mut request);
        Request::Rerun(request)
    };
    let timed =
        || Script::new().start("a", vec![timer(0, PAST)]).turn("a", vec![complete(1, None)]).ended("a");
    vec![
        two_tasks()
            .request(with(|request| request.source_instance_id.clear()))
            .request(with(|request| request.new_instance_id = Some("a".to_owned())))
            .request(with(|request| request.source_instance_id = "never".to_owned()))
            .request(with(|request| request.event_id = 9))
            .request(with(|request| request.event_id = 2))
            .request(with(|request| {
                request.new_child_workflow_instance_id = Some("c".to_owned());
            }))
            .daprd_plan("reruns_that_are_refused"),
        timed()
            .request(with(|request| {
                request.overwrite_input = true;
                request.input = Some("1".to_owned());
            }))
            .request(with(|request| {
                request.new_child_workflow_instance_id = Some("c".to_owned());
            }))
            .daprd_plan("reruns_of_timers_that_are_refused"),
        Script::new()
            .start("a", vec![task(0)])
            .request(rerun("a", 0, "b"))
            .terminate("a", false, vec![terminated(90)])
            .daprd_plan("rerun_of_a_running_one"),
        Script::new()
            .start("a", vec![child(0, "c")])
            .turn("c", vec![timer(0, PAST)])
            .turn("c", vec![complete(1, None)])
            .turn("a", vec![complete(1, None)])
            .ended("c")
            .request(rerun("c", 0, "b"))
            .daprd_plan("rerun_of_a_child"),
        timed()
            .start("b", vec![])
            .request(rerun("a", 0, "b"))
            .terminate("b", false, vec![terminated(0)])
            .ended("b")
            .request(rerun("a", 0, "b"))
            .daprd_plan("rerun_onto_an_id_in_use"),
        Script::new().request(rerun("a", 0, "b")).plan("rerun_of_nobody"),
    ]
}
