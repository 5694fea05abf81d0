//! Differences in what is done.

use super::{Rule, What};
use crate::differential::compare::Difference;
use crate::differential::side::Who;
use crate::differential::step::Step;

/// The scenario cannot be compared any further.
const fn ends(who: Who, name: &'static str, when: fn(&Difference<'_>) -> bool) -> Rule {
    Rule { name, who, what: What::Accept { when, goes_on: false } }
}

/// The rest of the scenario is compared.
const fn goes_on(who: Who, name: &'static str, when: fn(&Difference<'_>) -> bool) -> Rule {
    Rule { name, who, what: What::Accept { when, goes_on: true } }
}

pub(super) const ACCEPTED: &[Rule] = &[
    goes_on(Who::Daprd, "daprd: an empty custom status is none", |difference| {
        difference.plan.name == "an_empty_custom_status"
            && difference.ours.contains("custom_status: Some(\"\")")
    }),
    ends(Who::Daprd, "daprd: actions that it does not know", |difference| {
        [
            "an_event_is_sent_by_an_action",
            "another_instance_is_terminated_by_an_action",
            "a_detached_instance",
        ]
        .contains(&difference.plan.name.as_str())
            && difference.theirs == "no answer"
    }),
    ends(Who::Daprd, "daprd: tokens are not checked", |difference| {
        // The forged result begins a turn, before or while the event is raised.
        difference.plan.name == "a_token_that_was_never_given"
            && (difference.theirs.contains("forged") || difference.theirs == "no answer")
    }),
    ends(Who::Daprd, "daprd: an event starts a scheduled instance early", |difference| {
        difference.plan.name == "an_event_before_a_scheduled_start" && difference.ours.starts_with("no turn")
    }),
    ends(Who::Daprd, "daprd: a child on an id in use waits", |difference| {
        difference.plan.name == "a_child_on_the_id_of_a_running_instance" && difference.theirs == "no answer"
    }),
    ends(Who::Daprd, "daprd: a termination needs the worker's completion", |difference| {
        ["a_worker_does_not_answer_a_termination", "continued_in_the_turn_of_the_termination"]
            .contains(&difference.plan.name.as_str())
            && difference.theirs == "no answer"
    }),
    ends(Who::Daprd, "daprd: ended instances are always replaced", |difference| {
        ["an_id_whose_activity_is_not_answered", "an_id_whose_child_is_running", "an_id_that_must_be_unique"]
            .contains(&difference.plan.name.as_str())
            && difference.theirs == "no answer"
    }),
    goes_on(Who::Daprd, "daprd: waits on a stalled instance fail", |difference| {
        difference.ours.contains("workflow_status: Stalled") && difference.theirs.contains("actor is stalled")
    }),
    goes_on(Who::Daprd, "daprd: a child of a rerun does not know its parent's execution", |difference| {
        difference.plan.name == "rerun_from_a_child" && difference.theirs.contains("parent_instance: Some(")
    }),
    ends(Who::Daprd, "daprd: ids with signs of addresses", |difference| {
        difference.plan.name == "an_id_of_any_signs" && difference.theirs.starts_with("no turn")
    }),
    ends(Who::Daprd, "daprd: what has ended with patches stalls over late events", |difference| {
        difference.theirs.contains("actor is stalled")
            || difference.theirs.contains("current patches: []")
            || (is_patched(difference)
                && difference.ours == "TerminateResponse"
                && difference.theirs == "no answer")
    }),
    goes_on(Who::Daprd, "daprd: an empty key over HTTP", |difference| {
        difference.ours.contains("state key cannot be empty")
            && difference.theirs.contains("is a required field")
    }),
    goes_on(Who::Daprd, "daprd: a body that is no JSON", |difference| {
        difference.ours.contains("failed deserializing HTTP body")
            && difference.theirs.contains("invalid character")
    }),
    goes_on(Who::Daprd, "daprd: unknown paths", |difference| {
        difference.ours.contains("ERR_NOT_IMPLEMENTED") && difference.theirs.contains("ERR_DIRECT_INVOKE")
    }),
    goes_on(Who::Daprd, "daprd: a time to live that is no number", |difference| {
        difference.ours.contains("ttlInSeconds 'soon'") && difference.theirs.contains("error parsing TTL")
    }),
    goes_on(Who::Standalone, "durabletask-go: an absent custom status keeps the old one", |difference| {
        difference.plan.name == "an_absent_custom_status" && difference.theirs.contains("custom_status: Some")
    }),
    ends(Who::Standalone, "durabletask-go: actions that are not delivered", |difference| {
        [
            "an_event_is_sent_by_an_action",
            "another_instance_is_terminated_by_an_action",
            "a_detached_instance",
        ]
        .contains(&difference.plan.name.as_str())
    }),
    goes_on(Who::Standalone, "durabletask-go: answers that nobody asked for fail", |difference| {
        ["answered", "CompleteTaskResponse"].contains(&difference.ours)
            && difference.theirs.starts_with("Unknown \"unknown instance ID")
    }),
    ends(Who::Standalone, "durabletask-go: tokens are not checked", |difference| {
        difference.plan.name == "a_token_that_was_never_given" && difference.theirs.contains("forged")
    }),
    goes_on(Who::Standalone, "durabletask-go: an event for nobody is kept", |difference| {
        difference.plan.name == "an_event_for_nobody" && difference.theirs == "RaiseEventResponse"
    }),
    ends(Who::Standalone, "durabletask-go: an event before a scheduled start is lost", |difference| {
        difference.plan.name == "an_event_before_a_scheduled_start" && difference.ours.starts_with("no turn")
    }),
    ends(Who::Standalone, "durabletask-go: a termination before a scheduled start", |difference| {
        difference.plan.name == "terminated_before_a_scheduled_start"
            && !difference.theirs.contains("ExecutionStarted")
    }),
    ends(Who::Standalone, "durabletask-go: a child on an id in use never comes", |difference| {
        difference.plan.name == "a_child_on_the_id_of_a_running_instance"
            && difference.theirs.starts_with("no turn")
    }),
    ends(Who::Standalone, "durabletask-go: no purge by force", |difference| {
        ["a_child_is_purged_by_force", "purge_a_running_one_by_force"]
            .contains(&difference.plan.name.as_str())
            && difference.theirs.contains("has not yet completed")
    }),
    ends(Who::Standalone, "durabletask-go: a termination needs the worker's completion", |difference| {
        ["a_worker_does_not_answer_a_termination", "continued_in_the_turn_of_the_termination"]
            .contains(&difference.plan.name.as_str())
            && difference.theirs == "no answer"
    }),
    ends(Who::Standalone, "durabletask-go: ended instances are never replaced", |difference| {
        difference.plan.name.starts_with("an_id_")
            && (difference.theirs.starts_with("no turn")
                || difference.theirs.contains("instance already exists"))
    }),
    goes_on(Who::Standalone, "durabletask-go: waits for nobody fail", |difference| {
        difference.ours == "no answer" && difference.theirs == "Unknown \"no such instance exists\""
    }),
    goes_on(Who::Standalone, "durabletask-go: no reruns", |difference| {
        difference.plan.name == "rerun_of_nobody" && difference.theirs.starts_with("Unimplemented")
    }),
    goes_on(Who::Standalone, "durabletask-go: versions are not read", |difference| {
        difference.ours.contains("version: Some(\"v2\")") && difference.theirs.contains("version: Some(\"\")")
    }),
    goes_on(Who::Standalone, "durabletask-go: every turn records all patches", |difference| {
        difference.ours.contains("patches: [") && difference.theirs.contains("patches: [")
    }),
    ends(Who::Standalone, "durabletask-go: nothing stalls", |difference| {
        difference.ours.contains("workflow_status: Stalled")
    }),
    ends(Who::Standalone, "durabletask-go: activities come again after two minutes", |difference| {
        difference.plan.alone && difference.theirs.starts_with("no activity")
    }),
];

/// Whether a worker reported patches.
fn is_patched(difference: &Difference<'_>) -> bool {
    difference
        .plan
        .steps
        .iter()
        .any(|step| matches!(step, Step::Turn { reply, .. } if reply.version.is_some()))
}
