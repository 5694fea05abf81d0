//! Reading states and histories, and waiting.

use dacapo_proto::pb;

use crate::differential::action::{FAR, complete, fail, task, terminated};
use crate::differential::script::{Plan, Script, create, create_at, get, history};
use crate::differential::step::{Reply, Request, Step};

pub(super) fn plans() -> Vec<Plan> {
    let without_payloads = |id: &str| pb::GetInstanceRequest { get_inputs_and_outputs: false, ..get(id) };
    vec![
        Script::new().request(Request::Get(get("never"))).plan("the_state_of_nobody"),
        Script::new().request(history("never")).plan("the_history_of_nobody"),
        Script::new().unanswered(Request::WaitForStart(get("never"))).plan("waiting_for_the_start_of_nobody"),
        Script::new().unanswered(Request::WaitForEnd(get("never"))).plan("waiting_for_the_end_of_nobody"),
        Script::new()
            .begin(create("a"))
            .step(Step::TakeTurn { id: "a".to_owned() })
            .request(Request::Get(get("a")))
            .request(history("a"))
            .unanswered(Request::WaitForStart(get("a")))
            .step(Step::Reply(Reply::default()))
            .answer()
            .request(Request::WaitForStart(get("a")))
            .unanswered(Request::WaitForEnd(get("a")))
            .look("a")
            .terminate("a", false, vec![terminated(90)])
            .plan("reading_during_the_first_turn"),
        Script::new()
            .start("a", vec![fail(0, "it")])
            .request(Request::WaitForEnd(without_payloads("a")))
            .request(Request::Get(without_payloads("a")))
            .plan("a_state_without_payloads"),
        Script::new()
            .start("a", vec![task(0)])
            .begin(Request::WaitForEnd(get("a")))
            .done("a", 0)
            .turn("a", vec![complete(1, Some("\"out\""))])
            .answer()
            .look("a")
            .plan("waiting_for_an_end_that_comes"),
        Script::new()
            .request(create_at("a", FAR))
            .request(Request::Get(get("a")))
            .request(history("a"))
            .unanswered(Request::WaitForStart(get("a")))
            .plan("reading_before_a_scheduled_start"),
        Script::new()
            .start("a", vec![complete(0, Some(&"x".repeat(200_000)))])
            .ended("a")
            .plan("a_large_result"),
        Script::new()
            .start("a", vec![complete(0, None)])
            .request(Request::WaitForStart(get("a")))
            .request(Request::WaitForEnd(get("a")))
            .plan("waiting_for_what_has_happened"),
    ]
}
