//! Events that are raised.

use crate::differential::action::{FAR, complete, wait};
use crate::differential::script::{Plan, Script, create, create_at, raise};
use crate::differential::step::{Reply, Step};

pub(super) fn plans() -> Vec<Plan> {
    vec![
        Script::new()
            .start("a", vec![wait(0, "e", FAR)])
            .raise("a", "e")
            .turn("a", vec![complete(1, None)])
            .ended("a")
            .plan("an_event_that_is_awaited"),
        Script::new()
            .start("a", vec![])
            .request(raise("a", "no data", None))
            .turn("a", vec![])
            .request(raise("a", "empty data", Some("")))
            .turn("a", vec![])
            .request(raise("a", "", Some("1")))
            .turn("a", vec![])
            .request(raise("a", "Großer \u{1f980} Name/%2F", Some("1")))
            .turn("a", vec![complete(0, None)])
            .ended("a")
            .plan("names_and_data_of_events"),
        Script::new()
            .start("a", vec![])
            .raise("a", "same")
            .turn("a", vec![])
            .raise("a", "same")
            .turn("a", vec![complete(0, None)])
            .ended("a")
            .plan("two_events_of_one_name_are_two"),
        Script::new().raise("never", "e").plan("an_event_for_nobody"),
        Script::new()
            .start("a", vec![complete(0, None)])
            .ended("a")
            .raise("a", "late")
            .look("a")
            .plan("an_event_after_the_end"),
        Script::new()
            .request(create_at("a", FAR))
            .raise("a", "early")
            .turn("a", vec![complete(0, None)])
            .ended("a")
            .plan("an_event_before_a_scheduled_start"),
        Script::new()
            .begin(create("a"))
            .step(Step::TakeTurn { id: "a".to_owned() })
            .begin(raise("a", "during", Some("1")))
            .step(Step::Reply(Reply::default()))
            .answer()
            .answer()
            .turn("a", vec![complete(0, None)])
            .ended("a")
            .plan("an_event_during_a_turn"),
    ]
}
