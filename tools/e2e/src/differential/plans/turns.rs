//! Turns: what an answer may hold, and what the history makes of it.

use dacapo_proto::pb::{self, OrchestrationStatus};

use crate::differential::action::{
    FAR, complete, continue_as_new, end, fail, failure, send_event, task, task_with, terminate_other,
    terminated, timer, wait,
};
use crate::differential::script::{Plan, Script, create, raise, resume};
use crate::differential::step::{Reply, Step};

pub(super) fn plans() -> Vec<Plan> {
    [answers(), continuations()].concat()
}

fn answers() -> Vec<Plan> {
    let status = |text: &str| Reply { custom_status: Some(text.to_owned()), ..Reply::default() };
    let with = |text: Option<&str>, id| Reply {
        actions: vec![task(id)],
        custom_status: text.map(Into::into),
        ..Reply::default()
    };
    vec![
        Script::new().start("a", vec![complete(0, Some("\"out\""))]).ended("a").plan("completes_at_once"),
        Script::new().start("a", vec![complete(0, None)]).ended("a").plan("completes_without_a_result"),
        Script::new()
            .start("a", vec![complete(0, Some(""))])
            .ended("a")
            .plan("completes_with_an_empty_result"),
        Script::new().start("a", vec![fail(0, "all of it")]).ended("a").plan("fails_with_details"),
        Script::new()
            .start("a", vec![end(0, OrchestrationStatus::Failed, None, None)])
            .ended("a")
            .plan("fails_without_details"),
        Script::new()
            .start("a", vec![end(0, OrchestrationStatus::Failed, Some("\"half\""), Some(failure("rest")))])
            .ended("a")
            .plan("fails_with_a_result_beside_the_details"),
        Script::new()
            .start("a", vec![end(0, OrchestrationStatus::Terminated, Some("\"self\""), None)])
            .ended("a")
            .plan("a_worker_terminates_its_own_instance"),
        Script::new()
            .start("a", vec![end(0, OrchestrationStatus::Canceled, None, None)])
            .ended("a")
            .plan("a_worker_cancels_its_own_instance"),
        Script::new()
            .start("a", vec![complete(0, Some("1")), complete(1, Some("2"))])
            .ended("a")
            .plan("the_first_completion_of_an_answer_counts"),
        Script::new()
            .start("a", vec![complete(0, Some("1")), task(1), timer(2, FAR)])
            .done("a", 1)
            .ended("a")
            .plan("what_stands_behind_a_completion_is_done_too"),
        Script::new()
            .begin(create("a"))
            .reply("a", status("\"first\""))
            .answer()
            .look("a")
            .raise("a", "e")
            .reply("a", with(Some("\"second\""), 0))
            .done("a", 0)
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("an_absent_custom_status"),
        Script::new()
            .begin(create("a"))
            .reply("a", status(""))
            .answer()
            .look("a")
            .terminate("a", false, vec![terminated(90)])
            .plan("an_empty_custom_status"),
        Script::new()
            .start("a", vec![task(7), wait(20, "e", FAR)])
            .done("a", 7)
            .turn("a", vec![complete(40, None)])
            .ended("a")
            .plan("action_ids_need_not_follow_each_other"),
        Script::new()
            .start(
                "a",
                vec![task_with(0, Some("ä \u{1f980} \\ \" \n")), task_with(1, None), task_with(2, Some(""))],
            )
            .done("a", 0)
            .turn("a", vec![])
            .done("a", 2)
            .turn("a", vec![])
            .done("a", 1)
            .turn("a", vec![complete(3, Some("\u{0}"))])
            .ended("a")
            .plan("payloads_are_texts_of_any_kind"),
        Script::new()
            .start("b", vec![])
            .start("a", vec![send_event(0, "b", "hello"), complete(1, None)])
            .turn("b", vec![complete(0, None)])
            .ended("b")
            .plan("an_event_is_sent_by_an_action"),
        Script::new()
            .start("b", vec![])
            .start("a", vec![terminate_other(0, "b"), complete(1, None)])
            .turn("b", vec![])
            .ended("b")
            .plan("another_instance_is_terminated_by_an_action"),
        Script::new()
            .start("a", vec![task(0)])
            .raise("a", "e")
            .turn("a", vec![task(0)])
            .plan("an_answer_records_an_id_again"),
    ]
}

fn continuations() -> Vec<Plan> {
    let again = |id: i32, input: &str, carry: bool| Reply {
        actions: vec![continue_as_new(id, input)],
        carry,
        custom_status: Some(input.to_owned()),
        ..Reply::default()
    };
    let many = (0..12).fold(Script::new().begin(create("a")), |script, round| {
        script.reply("a", again(0, &round.to_string(), false))
    });
    vec![
        Script::new()
            .begin(create("a"))
            .reply("a", again(0, "1", false))
            .turn("a", vec![complete(0, Some("\"out\""))])
            .answer()
            .ended("a")
            .plan("continues_as_new_at_once"),
        many.turn("a", vec![complete(0, None)]).answer().ended("a").plan("continues_as_new_a_dozen_times"),
        Script::new()
            .start("a", vec![wait(0, "e", FAR)])
            .request(raise("a", "e", Some("1")))
            .reply("a", again(1, "next", true))
            .turn("a", vec![wait(0, "e", FAR)])
            .request(raise("a", "e", None))
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("carries_events_over"),
        Script::new()
            .start("a", vec![task(0), wait(1, "e", FAR)])
            .step(Step::TakeActivity { id: "a".to_owned(), task: 0 })
            .raise("a", "e")
            .turn("a", vec![task(2), continue_as_new(3, "2")])
            .turn("a", vec![])
            .raise("a", "f")
            .turn("a", vec![complete(0, None)])
            .ended("a")
            .plan("work_beside_a_continuation_is_lost"),
        Script::new()
            .start("a", vec![wait(0, "e", FAR)])
            .suspend("a")
            .begin(resume("a"))
            .turn("a", vec![continue_as_new(1, "2")])
            .turn("a", vec![complete(0, None)])
            .answer()
            .ended("a")
            .plan("continues_as_new_after_a_pause"),
        Script::new()
            .begin(create("a"))
            .reply(
                "a",
                Reply {
                    version: Some(pb::WorkflowVersion { patches: vec!["p".to_owned()], name: None }),
                    ..again(0, "2", false)
                },
            )
            .turn("a", vec![complete(0, None)])
            .answer()
            .ended("a")
            .plan("patches_do_not_outlive_a_generation"),
    ]
}
