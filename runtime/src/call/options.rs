//! Options that more than one kind of call has.

use dacapo_engine::Target;

/// How much of the caller's history the callee may read (Dapr 1.18; docs/protocol.md, "Propagation").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Propagation {
    /// The events of the calling workflow.
    OwnHistory,
    /// The events of the calling workflow and what it received itself.
    Lineage,
}

impl From<Propagation> for dacapo_engine::Propagation {
    fn from(propagation: Propagation) -> Self {
        match propagation {
            Propagation::OwnHistory => Self::OwnHistory,
            Propagation::Lineage => Self::Lineage,
        }
    }
}

/// The app that a call goes to, when it is not the caller's own.
pub(crate) fn target(app: impl Into<String>) -> Target {
    Target { app: app.into(), namespace: None }
}

/// An app in a namespace that is not the caller's.
pub(crate) fn target_in(namespace: impl Into<String>, app: impl Into<String>) -> Target {
    Target { namespace: Some(namespace.into()), ..target(app) }
}
