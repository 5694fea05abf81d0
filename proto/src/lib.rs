//! Dapr's workflow contract: the `.proto` files in our own words, the code generated from them, and the
//! conversions between their messages and the engine's types.
//!
//! [`pb`] is what workers and clients of workflows speak with a sidecar, [`dapr`] the part of Dapr's general
//! API that the embedded sidecar serves. The server halves of the services stand behind the feature `server`.
//! The feature `json` adds histories as files.
//! What the messages mean, and when they travel, stands in docs/protocol.md.
//!
//! [`decode`] and [`encode`] are the border between them and everything else.

pub mod decode;
pub mod encode;

#[cfg(feature = "json")]
mod history_file;
mod instance;
#[cfg(feature = "json")]
mod json;
mod propagated;
mod work;

#[cfg(feature = "json")]
pub use history_file::{FORMAT, HistoryFile, HistoryFileError, REDACTED};
pub use instance::{InstanceState, InstanceStatus};
pub use propagated::{PropagatedChunk, PropagatedHistory, PropagationError};
pub use work::{ActivityItem, WorkItem, WorkflowTurn};

// The generated code repeats the contract's names, for which the .proto files carry the comments that are
// worth having; its paths are qualified in full so that it compiles under any imports; and the contract
// decides how large its variants are and how they are called. `include!` keeps it out of the formatter's hands.
macro_rules! generated {
    ($(#[$doc:meta])* $name:ident, $file:literal) => {
        $(#[$doc])*
        #[allow(
            missing_docs,
            unreachable_pub,
            unused_qualifications,
            clippy::large_enum_variant,
            clippy::enum_variant_names
        )]
        pub mod $name {
            include!(concat!("generated/", $file));
        }
    };
}

generated! {
    /// The workflow contract between a sidecar and its workers and clients: package-less messages and
    /// `TaskHubSidecarService`.
    pb, "taskhub.rs"
}

/// The part of Dapr's general API that Dacapo uses: state, workflow management and metadata.
pub mod dapr {
    /// The package `dapr.proto.common`.
    pub mod common {
        generated! {
            /// The package `dapr.proto.common.v1`: the items of a state store.
            v1, "dapr.proto.common.v1.rs"
        }
    }

    /// The package `dapr.proto.runtime`.
    pub mod runtime {
        generated! {
            /// The package `dapr.proto.runtime.v1`: the service `Dapr` and its messages.
            v1, "dapr.proto.runtime.v1.rs"
        }
    }
}
