//! Activities: their results, failures and repeated answers.

use dacapo_proto::pb::{self, HistoryPropagationScope};

use crate::differential::action::{FAR, PAST, complete, retry_timer, task, task_in, terminated};
use crate::differential::script::{Plan, Script};
use crate::differential::step::{ActivityReply, Request, Step};

pub(super) fn plans() -> Vec<Plan> {
    [results(), repeats()].concat()
}

fn result(text: Option<&str>) -> ActivityReply {
    ActivityReply { result: text.map(Into::into), ..ActivityReply::default() }
}

fn results() -> Vec<Plan> {
    let chain = (0..6).fold(Script::new().start("a", vec![task(0)]), |script, id| {
        script.done("a", id).turn("a", vec![task(id + 1)])
    });
    let fan = (0..8).rev().fold(Script::new().start("a", (0..8).map(task).collect()), |script, id| {
        script.done("a", id).turn("a", vec![])
    });
    let both = ActivityReply { failure: Some(pb::TaskFailureDetails::default()), ..result(Some("\"and\"")) };
    vec![
        chain.done("a", 6).turn("a", vec![complete(7, None)]).ended("a").plan("a_chain_of_activities"),
        fan.raise("a", "end").turn("a", vec![complete(8, None)]).ended("a").plan("results_in_another_order"),
        Script::new()
            .start("a", vec![task(0)])
            .activity("a", 0, result(None))
            .turn("a", vec![task(1)])
            .activity("a", 1, result(Some("")))
            .turn("a", vec![complete(2, None)])
            .ended("a")
            .plan("absent_and_empty_results"),
        Script::new()
            .start("a", vec![task(0)])
            .failed("a", 0)
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("a_failure_keeps_its_details"),
        Script::new()
            .start("a", vec![task(0)])
            .activity("a", 0, both)
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("empty_failure_details_beside_a_result"),
        Script::new()
            .start("a", vec![task(0)])
            .failed("a", 0)
            .turn("a", vec![retry_timer(1, 0, PAST)])
            .turn("a", vec![task(2)])
            .done("a", 2)
            .turn("a", vec![complete(3, None)])
            .ended("a")
            .plan("an_attempt_after_a_pause"),
        Script::new()
            .start("a", vec![task_in(0, Some("1"), HistoryPropagationScope::OwnHistory)])
            .done("a", 0)
            .turn("a", vec![task_in(1, Some("2"), HistoryPropagationScope::Lineage)])
            .done("a", 1)
            .turn("a", vec![complete(2, None)])
            .ended("a")
            .plan("an_activity_is_given_history"),
        Script::new()
            .start("a", (0..30).map(task).chain([complete(30, None)]).collect())
            .ended("a")
            .and(|script| (0..30).fold(script, |script, id| script.done("a", id)))
            .plan("activities_of_the_last_turn_run"),
    ]
}

fn repeats() -> Vec<Plan> {
    let take = |task| Step::TakeActivity { id: "a".to_owned(), task };
    let again = |reply| Step::ReplyActivity { id: "a".to_owned(), task: 0, reply };
    let unknown = |id: &str, task| {
        Request::AnswerActivity(pb::ActivityResponse {
            instance_id: id.to_owned(),
            task_id: task,
            result: Some("1".to_owned()),
            ..pb::ActivityResponse::default()
        })
    };
    vec![
        Script::new()
            .start("a", vec![task(0), retry_timer(1, 0, FAR)])
            .done("a", 0)
            .turn("a", vec![])
            .step(again(result(Some("\"second\""))))
            .raise("a", "e")
            .turn("a", vec![complete(2, None)])
            .ended("a")
            .plan("a_second_result_is_not_heard"),
        Script::new()
            .start("a", vec![task(0)])
            .step(take(0))
            .step(again(ActivityReply { wrong_token: true, ..result(Some("\"forged\"")) }))
            .raise("a", "e")
            .turn("a", vec![])
            .step(again(result(Some("\"true\""))))
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("a_token_that_was_never_given"),
        Script::new()
            .start("a", vec![task(0)])
            .step(take(0))
            .terminate("a", false, vec![terminated(90)])
            .step(again(result(Some("\"late\""))))
            .ended("a")
            .plan("a_result_after_the_end"),
        Script::new()
            .start("a", vec![])
            .request(unknown("a", 5))
            .request(unknown("never", 0))
            .terminate("a", false, vec![terminated(90)])
            .ended("a")
            .plan("results_that_nobody_asked_for"),
        Script::new()
            .start("a", vec![])
            .request(Request::AnswerTurn(pb::WorkflowResponse {
                instance_id: "a".to_owned(),
                actions: vec![complete(0, None)],
                ..pb::WorkflowResponse::default()
            }))
            .raise("a", "e")
            .turn("a", vec![complete(0, Some("\"true\""))])
            .ended("a")
            .plan("an_answer_to_no_turn"),
    ]
}
