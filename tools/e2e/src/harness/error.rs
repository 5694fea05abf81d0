//! What can go wrong before a scenario even begins.

use std::path::PathBuf;

/// Why the harness could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HarnessError {
    /// The script that builds Dapr failed.
    #[error("tools/dapr/build failed for Dapr {release}: {reason}")]
    Build {
        /// The release that was asked for.
        release: String,
        /// What the script said.
        reason: String,
    },
    /// A process could not be started.
    #[error("`{program}` cannot be started: {reason}")]
    Start {
        /// The program.
        program: String,
        /// What the operating system says.
        reason: String,
    },
    /// A process ended or hung instead of becoming ready.
    #[error("{process} is not ready ({reason}); the end of {}:\n{tail}", log.display())]
    NotReady {
        /// The process.
        process: String,
        /// What is known.
        reason: String,
        /// Its log.
        log: PathBuf,
        /// The last lines of its log.
        tail: String,
    },
    /// An HTTP request has no answer.
    #[error("{method} {url}: {reason}")]
    Http {
        /// The method.
        method: String,
        /// The address.
        url: String,
        /// What is known.
        reason: String,
    },
    /// A file or socket of the harness itself.
    #[error("{what}: {reason}")]
    Io {
        /// What was tried.
        what: String,
        /// What the operating system says.
        reason: String,
    },
}

impl HarnessError {
    /// For `map_err`: an error of a file or socket.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |error| Self::Io { what, reason: error.to_string() }
    }
}
