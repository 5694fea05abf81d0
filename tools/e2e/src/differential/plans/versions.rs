//! Patches and named versions, and instances that stall over them.

use dacapo_proto::pb::WorkflowVersion;

use crate::differential::action::{FAR, complete, task, timer, version_not_available};
use crate::differential::script::{Plan, Script, create, get, raise};
use crate::differential::step::{Reply, Request};

pub(super) fn plans() -> Vec<Plan> {
    let named = |actions| Reply {
        actions,
        version: Some(WorkflowVersion { patches: Vec::new(), name: Some("v2".to_owned()) }),
        ..Reply::default()
    };
    let patched = |actions, patches: &[&str]| Reply {
        actions,
        version: Some(WorkflowVersion {
            patches: patches.iter().map(|patch| (*patch).to_owned()).collect(),
            name: None,
        }),
        ..Reply::default()
    };
    vec![
        Script::new()
            .begin(create("a"))
            .reply("a", named(vec![task(0)]))
            .answer()
            .look("a")
            .done("a", 0)
            .reply("a", named(vec![complete(1, None)]))
            .ended("a")
            .plan("a_named_version"),
        Script::new()
            .begin(create("a"))
            .reply("a", patched(vec![task(0)], &["one"]))
            .answer()
            .done("a", 0)
            .reply("a", patched(vec![complete(1, None)], &["one", "two"]))
            .ended("a")
            .plan("patches_that_grow"),
        Script::new()
            .begin(create("a"))
            .reply("a", patched(vec![timer(0, FAR)], &["one", "two"]))
            .answer()
            .raise("a", "e")
            .reply("a", patched(vec![task(1)], &["one"]))
            .request(Request::WaitForStart(get("a")))
            .plan("a_patch_is_missing"),
        Script::new()
            .begin(create("a"))
            .reply("a", patched(vec![timer(0, FAR)], &["one", "two"]))
            .answer()
            .raise("a", "e")
            .reply("a", patched(vec![complete(1, None)], &["two", "one"]))
            .request(Request::WaitForStart(get("a")))
            .plan("patches_in_another_order"),
        Script::new()
            .begin(create("a"))
            .reply("a", named(vec![timer(0, FAR)]))
            .answer()
            .request(raise("a", "e", None))
            .turn("a", vec![version_not_available(1)])
            .request(Request::WaitForStart(get("a")))
            .plan("a_version_that_is_gone"),
    ]
}
