//! Removing instances.

use dacapo_proto::pb;
use dacapo_proto::pb::purge_instances_request::Request as Which;

use crate::differential::action::{child, complete, task, terminated};
use crate::differential::script::{Plan, Script, purge};
use crate::differential::step::{ActivityReply, Request, Step};

pub(super) fn plans() -> Vec<Plan> {
    let by_filter = Request::Purge(pb::PurgeInstancesRequest {
        request: Some(Which::PurgeInstanceFilter(pb::PurgeInstanceFilter::default())),
        ..pb::PurgeInstancesRequest::default()
    });
    let family = || Script::new().start("a", vec![child(0, "b")]).turn("b", vec![complete(0, None)]);
    vec![
        Script::new()
            .start("a", vec![complete(0, None)])
            .ended("a")
            .purge("a")
            .look("a")
            .plan("purge_an_ended_one"),
        Script::new().purge("never").plan("purge_nobody"),
        Script::new()
            .start("a", vec![])
            .purge("a")
            .terminate("a", false, vec![terminated(90)])
            .purge("a")
            .purge("a")
            .plan("purge_a_running_one"),
        Script::new().request(by_filter).plan("purge_by_a_filter"),
        Script::new()
            .request(Request::Purge(pb::PurgeInstancesRequest::default()))
            .plan("purge_without_saying_what"),
        family()
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .request(purge("a", true, None))
            .look("a")
            .look("b")
            .plan("purge_a_family"),
        family()
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .purge("a")
            .look("a")
            .look("b")
            .plan("purge_a_parent_alone"),
        Script::new()
            .start("a", vec![child(0, "b"), child(1, "c")])
            .turn("b", vec![complete(0, None)])
            .turn("a", vec![])
            .turn("c", vec![])
            .terminate("a", false, vec![terminated(2)])
            .ended("a")
            .request(purge("a", true, None))
            .look("a")
            .look("b")
            .terminate("c", false, vec![terminated(0)])
            .plan("purge_a_family_of_which_one_runs"),
        family()
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .purge("b")
            .request(purge("a", true, None))
            .plan("purge_a_family_that_lost_a_child"),
        Script::new()
            .start("a", vec![task(0)])
            .step(Step::TakeActivity { id: "a".to_owned(), task: 0 })
            .request(purge("a", false, Some(true)))
            .look("a")
            .step(Step::ReplyActivity { id: "a".to_owned(), task: 0, reply: ActivityReply::default() })
            .look("a")
            .plan("purge_a_running_one_by_force"),
        Script::new()
            .start("a", vec![complete(0, None)])
            .ended("a")
            .request(purge("a", false, Some(true)))
            .look("a")
            .plan("purge_an_ended_one_by_force"),
    ]
}
