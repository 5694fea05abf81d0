//! Timers: when they fire, and when they do not.

use crate::differential::action::{
    ENDLESS, FAR, PAST, complete, continue_as_new, retry_timer, task, terminated, timer, wait,
};
use crate::differential::script::{Plan, Script, raise};

pub(super) fn plans() -> Vec<Plan> {
    vec![
        Script::new()
            .start("a", vec![timer(0, PAST)])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("a_timer_of_the_past_fires_at_once"),
        Script::new()
            .start("a", vec![timer(0, FAR), timer(1, ENDLESS), retry_timer(2, 0, FAR)])
            .look("a")
            .terminate("a", false, vec![terminated(90)])
            .ended("a")
            .plan("timers_that_do_not_fire"),
        Script::new()
            .start("a", vec![wait(0, "e", ENDLESS), wait(1, "E", FAR), wait(2, "other", FAR)])
            .raise("a", "e")
            .turn("a", vec![])
            .raise("a", "e")
            .turn("a", vec![])
            .raise("a", "e")
            .turn("a", vec![complete(3, None)])
            .ended("a")
            .plan("waits_with_timers"),
        Script::new()
            .start("a", vec![wait(0, "e", PAST)])
            .turn("a", vec![])
            .raise("a", "e")
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("an_event_after_its_timer"),
        Script::new()
            .start("a", vec![complete(0, None), timer(1, PAST)])
            .ended("a")
            .plan("a_timer_of_the_last_turn"),
        Script::new()
            .start("a", vec![timer(0, PAST)])
            .turn("a", vec![timer(1, PAST)])
            .turn("a", vec![timer(2, PAST)])
            .turn("a", vec![complete(3, None)])
            .ended("a")
            .plan("one_timer_after_another"),
        Script::new()
            .start("a", vec![timer(0, FAR), task(1)])
            .done("a", 1)
            .turn("a", vec![continue_as_new(2, "2")])
            .turn("a", vec![timer(0, PAST)])
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("a_timer_of_the_next_generation"),
        Script::new()
            .start("a", vec![wait(0, "data", FAR)])
            .suspend("a")
            .request(raise("a", "data", Some("1")))
            .turn("a", vec![])
            .resume("a", vec![complete(1, None)])
            .ended("a")
            .plan("an_event_cancels_its_timer_while_suspended"),
    ]
}
