//! Children, and what becomes of them.

use dacapo_proto::pb::{HistoryPropagationScope, OrchestrationStatus};

use crate::differential::action::{
    child, child_in, complete, continue_as_new, detached, end, fail, task, terminated,
};
use crate::differential::script::{Plan, Script, create, purge};
use crate::differential::step::Request;

pub(super) fn plans() -> Vec<Plan> {
    [results(), trees(), ids()].concat()
}

fn results() -> Vec<Plan> {
    let parent = |actions| Script::new().start("a", vec![child(0, "")]).turn("a:0000", actions);
    vec![
        parent(vec![complete(0, Some("\"out\""))])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .ended("a:0000")
            .plan("a_child_with_a_default_id"),
        parent(vec![fail(0, "young")])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .ended("a:0000")
            .plan("a_child_that_fails"),
        parent(vec![end(0, OrchestrationStatus::Failed, None, None)])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("a_child_that_fails_without_details"),
        parent(vec![])
            .terminate("a:0000", false, vec![terminated(0)])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .ended("a:0000")
            .plan("a_child_that_is_terminated"),
        parent(vec![continue_as_new(0, "2")])
            .turn("a:0000", vec![complete(0, Some("2"))])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .ended("a:0000")
            .plan("a_child_that_continues_as_new"),
        parent(vec![task(0)])
            .raise("a", "e")
            .turn("a", vec![complete(1, None)])
            .done("a:0000", 0)
            .turn("a:0000", vec![complete(1, None)])
            .ended("a:0000")
            .ended("a")
            .plan("a_child_that_outlives_its_parent"),
    ]
}

fn trees() -> Vec<Plan> {
    let given = |scope| child_in(0, "c", scope);
    let lineage = HistoryPropagationScope::Lineage;
    vec![
        Script::new()
            .start("a", vec![child(0, "b")])
            .turn("b", vec![child(0, "c")])
            .turn("c", vec![complete(0, Some("3"))])
            .turn("b", vec![complete(1, Some("2"))])
            .turn("a", vec![complete(1, Some("1"))])
            .ended("a")
            .ended("b")
            .ended("c")
            .plan("a_grandchild"),
        Script::new()
            .start("a", vec![given(HistoryPropagationScope::OwnHistory)])
            .turn("c", vec![complete(0, None)])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .ended("c")
            .plan("a_child_is_given_history"),
        Script::new()
            .start("a", vec![child_in(0, "b", lineage)])
            .turn("b", vec![child_in(0, "c", lineage)])
            .turn("c", vec![complete(0, None)])
            .turn("b", vec![complete(1, None)])
            .turn("a", vec![complete(1, None)])
            .ended("c")
            .plan("a_grandchild_is_given_the_lineage"),
        Script::new()
            .start("a", vec![child(0, "b"), child(1, "c")])
            .turn("b", vec![child(0, "d")])
            .turn("c", vec![])
            .turn("d", vec![])
            .terminate("a", true, vec![terminated(2)])
            .turn("b", vec![terminated(1)])
            .turn("c", vec![terminated(0)])
            .turn("d", vec![terminated(0)])
            .ended("a")
            .ended("b")
            .ended("c")
            .ended("d")
            .plan("a_tree_is_terminated"),
        Script::new()
            .start("a", vec![child(0, "b")])
            .turn("b", vec![])
            .terminate("a", false, vec![terminated(1)])
            .ended("a")
            .raise("b", "e")
            .turn("b", vec![complete(0, None)])
            .ended("b")
            .plan("a_parent_alone_is_terminated"),
        Script::new()
            .start("a", vec![detached(0, "b")])
            .turn("b", vec![complete(0, None)])
            .ended("b")
            .plan("a_detached_instance"),
        Script::new()
            .start("a", vec![child(0, "b")])
            .turn("b", vec![complete(0, None)])
            .turn("a", vec![child(1, "b")])
            .turn("b", vec![complete(0, Some("2"))])
            .turn("a", vec![complete(2, None)])
            .ended("a")
            .ended("b")
            .plan("a_child_on_the_id_of_one_that_ended"),
    ]
}

fn ids() -> Vec<Plan> {
    vec![
        Script::new()
            .start("b", vec![])
            .start("a", vec![child(0, "b")])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("a_child_on_the_id_of_a_running_instance"),
        Script::new()
            .start("a", vec![child(0, "b")])
            .turn("b", vec![])
            .request(create("b"))
            .terminate("a", true, vec![terminated(1)])
            .turn("b", vec![terminated(0)])
            .ended("b")
            .plan("a_client_creates_what_is_a_child"),
        Script::new()
            .start("a", vec![child(0, "b")])
            .turn("b", vec![])
            .request(purge("b", false, Some(true)))
            .raise("a", "e")
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .request(Request::Get(crate::differential::script::get("b")))
            .plan("a_child_is_purged_by_force"),
    ]
}
