//! Differences in how the same thing is said.

use super::{Rule, What};
use crate::differential::side::Who;

const fn daprd(name: &'static str, rewrite: fn(&str) -> String) -> Rule {
    Rule { name, who: Who::Daprd, what: What::Rewrite(rewrite) }
}

const fn standalone(name: &'static str, rewrite: fn(&str) -> String) -> Rule {
    Rule { name, who: Who::Standalone, what: What::Rewrite(rewrite) }
}

pub(super) const REWRITTEN: &[Rule] = &[
    daprd("daprd: turns without an execution id", without_execution_of_turns),
    daprd("daprd: states without the time of the end", without_end),
    daprd("daprd: states without the parent", without_parent),
    daprd("daprd: a router on the start of a generation", without_router_of_turns),
    daprd("daprd: states before the first turn", without_pending_fields),
    daprd("daprd: the code of a taken id", taken_id),
    daprd("daprd: words around a reason", without_words_around),
    daprd("daprd: names of Go", without_names_of_go),
    daprd("daprd: details of HTTP errors", without_details),
    daprd("daprd: what is wrong with a body", without_syntax),
    daprd("daprd: propagated history ends at its call", without_propagation),
    standalone("durabletask-go: turns without an execution id", without_execution_of_turns),
    standalone("durabletask-go: states without the time of the end", without_end),
    standalone("durabletask-go: absent values are empty", without_empty),
    standalone("durabletask-go: states without the parent", without_parent),
    standalone("durabletask-go: no routers", without_routers),
    standalone("durabletask-go: no app ids of parents", without_parent_app),
    standalone("durabletask-go: the words for a taken id", taken_id_of_standalone),
    standalone("durabletask-go: history is not propagated", without_propagation),
    standalone("durabletask-go: starts without their time", without_start_time),
    standalone("durabletask-go: words around a reason", without_words_around),
    standalone("durabletask-go: an unknown history is empty", without_unknown_history),
];

fn without_execution_of_turns(said: &str) -> String {
    map_lines(said, |line| if line.starts_with("turn of <id ") { "turn".to_owned() } else { line.to_owned() })
}

fn without_end(said: &str) -> String {
    map_states(said, |line| {
        line.replace("completed_timestamp: Some(Timestamp { seconds: 0, nanos: 0 }), ", "")
    })
}

fn without_parent(said: &str) -> String {
    let parent = |line: &str| {
        without(&without(line, "parent_instance_id: Some(", "), "), "parent_app_id: Some(", "), ")
    };
    map_states(said, parent)
}

/// Before the first turn daprd knows neither name, input nor times.
fn without_pending_fields(said: &str) -> String {
    map_states(said, |line| {
        if !line.contains("workflow_status: Pending") {
            return line.to_owned();
        }
        let mut kept = line.to_owned();
        for (from, to) in [
            ("name: ", ", "),
            ("created_timestamp: ", " }), "),
            ("last_updated_timestamp: ", " }), "),
            ("scheduled_start_timestamp: ", " }), "),
            ("input: Some(", "), "),
            ("execution_id: Some(", "), "),
        ] {
            kept = without(&kept, from, to);
        }
        kept
    })
}

fn without_router_of_turns(said: &str) -> String {
    let is_turn = |line: &str| line.starts_with("  -1 WorkflowStarted(");
    map_lines(said, |line| if is_turn(line) { without(line, " TaskRouter {", "}") } else { line.to_owned() })
}

fn taken_id(said: &str) -> String {
    let theirs = "Unknown \"failed to create workflow instance: an active workflow";
    said.replace(theirs, "AlreadyExists \"an active workflow")
}

fn without_words_around(said: &str) -> String {
    without_repeated_operation(said)
        .replace("failed to purge child workflow: ", "")
        .replace("unable to start workflow: failed to start workflow: ", "")
        .replace("transaction: failed saving state in state store statestore: ", "transaction: ")
        .replace("failed to submit termination request: ", "")
        .replace("failed to suspend workflow: ", "")
        .replace("failed to raise event: ", "")
        .replace("failed to create workflow instance: ", "")
        .replace("failed to resume workflow: ", "")
        .replace("is not unimplemented", "is not implemented")
}

/// daprd names operation and instance once more.
fn without_repeated_operation(said: &str) -> String {
    let mut said = said.to_owned();
    for operation in
        ["Purge workflow", "pause workflow", "resume workflow", "terminate workflow", "raise event"]
    {
        let from = format!(": failed to {operation} ");
        if let Some((before, rest)) = said.split_once(&from)
            && let Some((_, after)) = rest.split_once(": ")
        {
            said = format!("{before}: {after}");
        }
    }
    said
}

fn without_syntax(said: &str) -> String {
    let known = said.split_once("failed deserializing HTTP body: ");
    known.map_or(said.to_owned(), |(before, _)| format!("{before}failed deserializing HTTP body"))
}

fn without_details(said: &str) -> String {
    without(said, "\"details\":[", "],")
}

fn without_propagation(said: &str) -> String {
    let mut given = false;
    let kept = said.lines().filter(|line| {
        given =
            line.starts_with(" given ") || (given && (line.starts_with(" chunk") || line.starts_with("  ")));
        !given
    });
    kept.collect::<Vec<_>>().join("\n")
}

fn without_start_time(said: &str) -> String {
    map_lines(said, |line| without(line, " scheduled_start_timestamp: ", " }),"))
}

fn without_unknown_history(said: &str) -> String {
    map_lines(said, |line| {
        if line.starts_with("NotFound \"workflow instance") { "history".to_owned() } else { line.to_owned() }
    })
}

fn without_names_of_go(said: &str) -> String {
    let said = said.replace("*protos.HistoryEvent_", "");
    without(&said, "%!(EXTRA ", ")")
}

fn without_empty(said: &str) -> String {
    map_states(said, |line| {
        let mut kept = line.to_owned();
        for field in ["version", "input", "output", "custom_status"] {
            kept = kept.replace(&format!(" {field}: Some(\"\"), "), " ");
        }
        kept
    })
}

fn without_routers(said: &str) -> String {
    map_lines(said, |line| without(line, " TaskRouter {", "}"))
}

fn without_parent_app(said: &str) -> String {
    map_lines(said, |line| without(line, " app_id: Some(", "), "))
}

fn taken_id_of_standalone(said: &str) -> String {
    if said.starts_with("AlreadyExists ") || said.ends_with("orchestration instance already exists\"") {
        return "AlreadyExists".to_owned();
    }
    said.to_owned()
}

fn map_states(said: &str, change: impl Fn(&str) -> String) -> String {
    map_lines(
        said,
        |line| if line.starts_with("GetInstanceResponse ") { change(line) } else { line.to_owned() },
    )
}

fn map_lines(said: &str, change: impl Fn(&str) -> String) -> String {
    said.lines().map(change).collect::<Vec<_>>().join("\n")
}

/// A line without what stands between two marks, and without the marks.
fn without(line: &str, from: &str, to: &str) -> String {
    let Some((before, rest)) = line.split_once(from) else { return line.to_owned() };
    let after = rest.split_once(to).map_or("", |(_, after)| after);
    format!("{before}{after}")
}
