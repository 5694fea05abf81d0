//! The scripted scenarios, by subject.

mod activities;
mod alone;
mod children;
mod control;
mod creation;
mod events;
mod management;
mod purge;
mod reading;
mod rerun;
mod state;
mod timers;
mod turns;
mod versions;
mod web;

use super::script::Plan;

/// All scripted scenarios.
pub(super) fn all() -> Vec<Plan> {
    [
        turns::plans(),
        activities::plans(),
        timers::plans(),
        events::plans(),
        children::plans(),
        control::plans(),
        creation::plans(),
        reading::plans(),
        purge::plans(),
        rerun::plans(),
        versions::plans(),
        management::plans(),
        web::plans(),
        alone::plans(),
        on_a_file(state::plans()),
        on_a_file(web::state()),
    ]
    .concat()
}

/// Stores of state differ; these scenarios are about the one on SQLite.
fn on_a_file(plans: Vec<Plan>) -> Vec<Plan> {
    plans.into_iter().map(|plan| Plan { alone: true, ..plan }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::all;

    #[test]
    fn there_are_at_least_eighty_and_each_has_its_own_name() {
        let names = all().into_iter().map(|plan| plan.name).collect::<Vec<_>>();
        assert!(names.len() >= 80, "{}", names.len());
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }
}
