//! The text of a lock file.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::private::{Callee, HelperRegistration, Skeleton};
use crate::registry::Registration;

const HEAD: &str = "\
# The durable steps of every workflow of this package: running instances replay them, so review a change here with care.
# `DACAPO_LOCK=write cargo test` writes this file. Types are locked by their spelling, not by what they hold.
";

/// The lock file of a package, or nothing when none of its workflows is linked.
pub(super) fn text(package: &str) -> Option<String> {
    let mut workflows: BTreeMap<String, &'static Skeleton> = BTreeMap::new();
    for (name, version, steps) in inventory::iter::<Registration>().filter_map(Registration::steps) {
        let version = version.map(|version| format!(" version {version}")).unwrap_or_default();
        workflows.insert(format!("workflow {name}{version} {}", steps.signature), steps);
    }
    workflows.retain(|_, steps| steps.package == Some(package));
    if workflows.is_empty() {
        return None;
    }
    let helpers = inventory::iter::<HelperRegistration>().map(|helper| helper.0);
    let helpers: BTreeMap<String, &'static Skeleton> = helpers
        .filter(|steps| steps.package == Some(package))
        .map(|steps| (format!("helper {} {}", steps.name, steps.signature), steps))
        .collect();
    let mut text = HEAD.to_owned();
    for (title, steps) in workflows.iter().chain(&helpers) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "\n{title}");
        for line in named(steps).lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    Some(text)
}

/// The shape with names in it.
fn named(steps: &Skeleton) -> String {
    let mut text = String::new();
    let mut rest = steps.shape;
    while let Some(place) = rest.find(['#', '@']) {
        let digits = rest[place + 1..].chars().take_while(char::is_ascii_digit).count();
        let index = rest[place + 1..place + 1 + digits].parse::<usize>().ok();
        text.push_str(&rest[..place]);
        match (rest.as_bytes()[place], index) {
            (b'#', Some(index)) => text.push_str(&call(steps, index)),
            (_, Some(index)) => text.push_str(&event(steps, index)),
            // A sign of the user's own, in an argument.
            (_, None) => text.push_str(&rest[place..=place]),
        }
        rest = &rest[place + 1 + digits..];
    }
    text.push_str(rest);
    text
}

fn call(steps: &Skeleton, index: usize) -> String {
    let known = steps.known.and_then(|known| known.callees.get(index));
    match known {
        Some(Callee::Activity { name, declared }) if declared.retry.is_empty() => format!("activity {name}"),
        Some(Callee::Activity { name, declared }) => format!("activity {name} (retry {})", declared.retry),
        Some(Callee::Workflow { name, .. }) => format!("workflow {name}"),
        Some(Callee::Helper(steps)) => format!("helper {}", steps.name),
        Some(Callee::Other) | None => format!("call {}", steps.calls.get(index).copied().unwrap_or("?")),
    }
}

fn event(steps: &Skeleton, index: usize) -> String {
    let known = steps.known.and_then(|known| known.events.get(index));
    known.map(|event| event.name).or_else(|| steps.events.get(index).copied()).unwrap_or("?").to_owned()
}
