//! Patches and named versions. See docs/protocol.md, "Versions and patches".

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use crate::event::WorkflowVersion;

/// What history says about the code that ran, and what the code decided.
#[derive(Default)]
pub(crate) struct Versions {
    recorded: BTreeSet<String>,
    pinned: Option<String>,
    decisions: BTreeMap<String, bool>,
    /// Patches in force, in the order in which the code met them.
    in_force: Vec<String>,
    running: Option<String>,
}

impl Versions {
    /// A turn of history reported `version`.
    pub(crate) fn record(&mut self, version: WorkflowVersion) {
        self.recorded.extend(version.patches);
        if version.name.is_some() {
            self.pinned = version.name;
        }
    }

    pub(crate) fn pinned(&self) -> Option<&str> {
        self.pinned.as_deref()
    }

    /// The named version `name` runs.
    pub(crate) fn run(&mut self, name: Option<String>) {
        self.running = name;
    }

    /// Whether the code is to take its new branch. The first answer holds for the whole execution.
    pub(crate) fn is_patched(&mut self, patch: &str, is_replaying: bool) -> bool {
        if let Some(decision) = self.decisions.get(patch) {
            return *decision;
        }
        let decision = self.recorded.contains(patch) || !is_replaying;
        self.decisions.insert(patch.into(), decision);
        if decision {
            self.in_force.push(patch.into());
        }
        decision
    }

    /// What an answer reports. Recorded patches that the code no longer meets are missing, on purpose: the sidecar
    /// then stalls the instance, which is the protection against a rollback.
    pub(crate) fn report(&self) -> Option<WorkflowVersion> {
        (self.running.is_some() || !self.in_force.is_empty())
            .then(|| WorkflowVersion { patches: self.in_force.clone(), name: self.running.clone() })
    }
}
