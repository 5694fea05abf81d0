//! What the compiler checks of a registry, and its words.
//!
//! Functions track their caller: the compiler then shows the registry and not the way through these checks.

use super::RegistryEntry;
use crate::private::steps::{Text, is_same, is_same_without_case};
use crate::private::{Callee, Skeleton};

/// An event of a registry, with its payload as it is spelled.
#[derive(Clone, Copy, Debug)]
pub struct EventEntry {
    name: &'static str,
    payload: &'static str,
}

impl EventEntry {
    /// The entry of an event.
    pub const fn new(name: &'static str, payload: &'static str) -> Self {
        Self { name, payload }
    }
}

/// Refuses, while the program is compiled, a registry that a worker could not live by.
#[track_caller]
pub const fn checked(entries: &[RegistryEntry], events: &[EventEntry]) {
    let mut index = 0;
    while index < entries.len() {
        let entry = &entries[index];
        check_name(entries, index);
        if let Some(steps) = entry.steps {
            check_steps(entries, entry.name, steps, true);
        }
        index += 1;
    }
    check_events(events);
}

#[track_caller]
const fn check_name(entries: &[RegistryEntry], index: usize) {
    let entry = &entries[index];
    let mut other = 0;
    while other < index {
        let known = &entries[other];
        if is_same(known.name, entry.name)
            && known.steps.is_some() == entry.steps.is_some()
            && is_same(version(known), version(entry))
        {
            let message = Text::<512>::new()
                .push("[DC0412] the ")
                .push(kind(entry))
                .push(" `")
                .push(entry.name)
                .push("` is in this registry twice; give one of the functions another name, or a workflow another version");
            panic!("{}", message.as_str());
        }
        other += 1;
    }
}

#[track_caller]
const fn check_steps(entries: &[RegistryEntry], workflow: &str, steps: &Skeleton, is_workflow: bool) {
    let Some(known) = steps.known else {
        if !is_workflow {
            // What a helper calls is known where it is closed too.
            return;
        }
        let message = Text::<512>::new()
            .push("[DC0414] the calls of workflow `")
            .push(workflow)
            .push("` are not known; mark it `#[workflow(closed)]`");
        panic!("{}", message.as_str());
    };
    let mut index = 0;
    while index < known.callees.len() {
        match &known.callees[index] {
            Callee::Activity { name, declared } if declared.app.is_none() => {
                check_call(entries, workflow, name, "activity", false);
            }
            Callee::Workflow { name, declared } if declared.app.is_none() => {
                check_call(entries, workflow, name, "workflow", true);
            }
            Callee::Helper(steps) => check_steps(entries, workflow, steps, false),
            _ => {}
        }
        index += 1;
    }
}

#[track_caller]
const fn check_call(entries: &[RegistryEntry], caller: &str, name: &str, kind: &str, is_workflow: bool) {
    let mut index = 0;
    while index < entries.len() {
        if is_same(entries[index].name, name) && entries[index].steps.is_some() == is_workflow {
            return;
        }
        index += 1;
    }
    let message = Text::<512>::new()
        .push("[DC0411] workflow `")
        .push(caller)
        .push("` calls the ")
        .push(kind)
        .push(" `")
        .push(name)
        .push("`, which is not in this registry; add it to `functions`");
    panic!("{}", message.as_str());
}

#[track_caller]
const fn check_events(events: &[EventEntry]) {
    let mut index = 0;
    while index < events.len() {
        let mut other = 0;
        while other < index {
            let (one, two) = (&events[other], &events[index]);
            if is_same_without_case(one.name, two.name) && !is_same(one.payload, two.payload) {
                let message = Text::<512>::new()
                    .push("[DC0413] the event `")
                    .push(two.name)
                    .push("` has the payload `")
                    .push(two.payload)
                    .push("` and also `")
                    .push(one.payload)
                    .push("` in this registry; declare it once, or give one of them another name");
                panic!("{}", message.as_str());
            }
            other += 1;
        }
        index += 1;
    }
}

const fn kind(entry: &RegistryEntry) -> &'static str {
    if entry.steps.is_some() { "workflow" } else { "activity" }
}

const fn version(entry: &RegistryEntry) -> &'static str {
    match entry.version {
        Some(version) => version,
        None => "",
    }
}
