//! Scenarios that cut streams or kill the sidecar.

use crate::differential::action::{FAR, child, complete, task, timer, wait};
use crate::differential::script::{Plan, Script, create};
use crate::differential::step::Step;

pub(super) fn plans() -> Vec<Plan> {
    let take_turn = || Step::TakeTurn { id: "a".to_owned() };
    let take = |task| Step::TakeActivity { id: "a".to_owned(), task };
    vec![
        Script::new()
            .begin(create("a"))
            .step(take_turn())
            .step(Step::Reconnect)
            .turn("a", vec![complete(0, None)])
            .answer()
            .ended("a")
            .lone_plan("a_turn_comes_again_on_another_stream"),
        Script::new()
            .start("a", vec![task(0), task(1)])
            .step(take(0))
            .step(Step::Reconnect)
            .done("a", 1)
            .turn("a", vec![])
            .done("a", 0)
            .turn("a", vec![complete(2, None)])
            .ended("a")
            .lone_plan("activities_come_again_on_another_stream"),
        Script::new()
            .start("a", vec![task(0), timer(1, FAR)])
            .done("a", 0)
            .turn("a", vec![wait(2, "e", FAR), child(3, "b")])
            .turn("b", vec![])
            .suspend("a")
            .step(Step::Restart)
            .look("a")
            .resume("a", vec![])
            .raise("b", "e")
            .turn("b", vec![complete(0, None)])
            .turn("a", vec![complete(4, None)])
            .ended("a")
            .ended("b")
            .lone_plan("everything_outlives_the_sidecar"),
        Script::new()
            .start("a", vec![task(0)])
            .step(take(0))
            .step(Step::Restart)
            .done("a", 0)
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .lone_plan("an_activity_comes_again_after_a_restart"),
    ]
}
