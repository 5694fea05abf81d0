//! Creating instances, and ids that are in use.

use dacapo_proto::pb;

use crate::differential::action::{FAR, PAST, child, complete, fail, task, terminated};
use crate::differential::script::{Plan, Script, create, create_at, create_request, get};
use crate::differential::step::{Request, Step};

pub(super) fn plans() -> Vec<Plan> {
    [requests(), taken_ids()].concat()
}

fn requests() -> Vec<Plan> {
    let decorated = Request::Start(pb::CreateInstanceRequest {
        version: Some("2".to_owned()),
        tags: [("k".to_owned(), "v".to_owned())].into(),
        execution_id: Some("mine".to_owned()),
        ..create_request("a")
    });
    let without_input = Request::Start(pb::CreateInstanceRequest { input: None, ..create_request("a") });
    let without_name =
        Request::Start(pb::CreateInstanceRequest { name: String::new(), ..create_request("a") });
    let ended = |request, name: &str| {
        Script::new().begin(request).turn("a", vec![complete(0, None)]).answer().ended("a").plan(name)
    };
    vec![
        ended(decorated, "version_tags_and_execution_id_of_a_creation"),
        ended(without_input, "a_creation_without_an_input"),
        ended(without_name, "a_creation_without_a_name"),
        Script::new()
            .request(create_at("a", PAST))
            .turn("a", vec![complete(0, None)])
            .ended("a")
            .plan("a_scheduled_start_of_the_past"),
        Script::new()
            .request(create_at("a", FAR))
            .request(Request::Get(get("a")))
            .request(create("a"))
            .plan("a_scheduled_start_of_the_future"),
        Script::new()
            .begin(create("Ünï code \u{1f980}"))
            .turn("Ünï code \u{1f980}", vec![complete(0, None)])
            .answer()
            .ended("Ünï code \u{1f980}")
            .plan("an_id_of_any_letters"),
        Script::new()
            .begin(create("50%/2?#&=+;\\\"'"))
            .turn("50%/2?#&=+;\\\"'", vec![complete(0, None)])
            .answer()
            .ended("50%/2?#&=+;\\\"'")
            .plan("an_id_of_any_signs"),
    ]
}

fn taken_ids() -> Vec<Plan> {
    let unique = |id| {
        Request::Start(pb::CreateInstanceRequest { enforce_unique_instance_id: true, ..create_request(id) })
    };
    let again = |first: Script, name: &str| {
        first
            .ended("a")
            .start("a", vec![task(0)])
            .look("a")
            .terminate("a", false, vec![terminated(90)])
            .ended("a")
            .plan(name)
    };
    vec![
        Script::new()
            .start("a", vec![])
            .request(create("a"))
            .terminate("a", false, vec![terminated(90)])
            .ended("a")
            .plan("an_id_that_is_running"),
        Script::new()
            .start("a", vec![])
            .suspend("a")
            .request(create("a"))
            .terminate("a", false, vec![terminated(90)])
            .plan("an_id_that_is_suspended"),
        again(Script::new().start("a", vec![complete(0, None)]), "an_id_that_completed"),
        again(Script::new().start("a", vec![fail(0, "once")]), "an_id_that_failed"),
        again(
            Script::new().start("a", vec![]).terminate("a", false, vec![terminated(90)]),
            "an_id_that_was_terminated",
        ),
        Script::new()
            .start("a", vec![task(0)])
            .step(Step::TakeActivity { id: "a".to_owned(), task: 0 })
            .terminate("a", false, vec![terminated(90)])
            .ended("a")
            .request(create("a"))
            .plan("an_id_whose_activity_is_not_answered"),
        Script::new()
            .start("a", vec![child(0, "b")])
            .turn("b", vec![])
            .terminate("a", false, vec![terminated(1)])
            .ended("a")
            .request(create("a"))
            .plan("an_id_whose_child_is_running"),
        Script::new()
            .start("a", vec![complete(0, None)])
            .ended("a")
            .request(unique("a"))
            .plan("an_id_that_must_be_unique"),
        Script::new()
            .start("a", vec![complete(0, None)])
            .ended("a")
            .purge("a")
            .start("a", vec![complete(0, Some("2"))])
            .ended("a")
            .plan("an_id_that_was_purged"),
    ]
}
