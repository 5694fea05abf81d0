//! A number that changes when the durable steps of a workflow do.

use super::{Callee, Skeleton, Text, is_same};
use crate::private::LocalWorkflow;

/// FNV-1a, 64 bits: a change is to be noticed, not an attack.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Refuses, while the program is compiled, steps that are not those of `locked`.
#[track_caller]
pub const fn check_lock<M: LocalWorkflow>(locked: &str) {
    let now = Text::<16>::new().push_hex(fingerprint(M::SKELETON));
    if !is_same(now.as_str(), locked) {
        let message = Text::<1024>::new()
            .push("[DC0421] the durable steps of workflow `")
            .push(M::NAME)
            .push("` changed (locked ")
            .push(locked)
            .push(", now ")
            .push(now.as_str())
            .push("), so running instances would not replay; guard the change with `ctx.is_patched(..)` or make a new version of the workflow, and then set `locked = \"")
            .push(now.as_str())
            .push("\"`");
        panic!("{}", message.as_str());
    }
}

/// The fingerprint of a body, helpers included.
pub(crate) const fn fingerprint(skeleton: &Skeleton) -> u64 {
    let mut hash = add(BASIS, skeleton.shape);
    match skeleton.known {
        Some(known) => {
            let mut index = 0;
            while index < known.callees.len() {
                hash = add_callee(hash, &known.callees[index]);
                index += 1;
            }
            let mut index = 0;
            while index < known.events.len() {
                hash = add(hash, known.events[index].name);
                index += 1;
            }
        }
        None => {
            hash = add_all(hash, skeleton.calls);
            hash = add_all(hash, skeleton.events);
        }
    }
    hash
}

const fn add_callee(hash: u64, callee: &Callee) -> u64 {
    match callee {
        Callee::Activity { name, declared } => add(add(add(hash, "activity"), name), declared.retry),
        Callee::Workflow { name, declared } => add(add(add(hash, "workflow"), name), declared.retry),
        Callee::Helper(steps) => add_number(add(hash, "helper"), fingerprint(steps)),
        Callee::Other => add(hash, "other"),
    }
}

const fn add_all(mut hash: u64, texts: &[&str]) -> u64 {
    let mut index = 0;
    while index < texts.len() {
        hash = add(hash, texts[index]);
        index += 1;
    }
    hash
}

const fn add_number(hash: u64, number: u64) -> u64 {
    add(hash, Text::<16>::new().push_hex(number).as_str())
}

/// The text and its end, so that two texts are not the same as one.
const fn add(mut hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(PRIME);
        index += 1;
    }
    (hash ^ 0xff).wrapping_mul(PRIME)
}
