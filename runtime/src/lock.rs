//! Lock files: the durable steps of every workflow of a package, in a file that is reviewed like code.
//!
//! A test compares the steps with `dacapo.lock` beside `Cargo.toml` and shows what changed. An edit that running instances
//! could not replay is then noticed before it is deployed:
//!
//! ```no_run
//! #[test]
//! fn workflows_keep_their_steps() {
//!     dacapo::lock::check!();
//! }
//! ```
//! `DACAPO_LOCK=write cargo test` writes the file. In a test outside of the package's library, name the library once
//! (`use my_workflows as _;`), so that it is linked.
//!
//! Steps are told from the code as it is written. Input and output types are locked by their spelling: that a struct of the
//! same name has other fields is not seen.

mod diff;
mod file;

use std::path::Path;
use std::{env, fmt, fs};

pub use crate::__lock_check as check;

/// The environment variable that asks for a new file, by the value `write`.
const VARIABLE: &str = "DACAPO_LOCK";

/// Compares the steps of every workflow of this package with its `dacapo.lock`, and panics with the difference.
///
/// # Panics
/// When the steps changed, when there is no file, or when it cannot be read or written.
#[doc(hidden)]
#[macro_export]
macro_rules! __lock_check {
    () => {
        if let ::core::result::Result::Err(error) =
            $crate::lock::compare(::core::env!("CARGO_PKG_NAME"), ::core::env!("CARGO_MANIFEST_DIR"))
        {
            ::core::panic!("{error}");
        }
    };
}

/// Compares the steps of the workflows of `package` with the file `dacapo.lock` in `folder`; with `DACAPO_LOCK=write`, writes
/// it.
///
/// # Errors
/// When the steps changed, when there is no file, when it cannot be read or written, or when no workflow of the package is
/// linked.
pub fn compare(package: &str, folder: impl AsRef<Path>) -> Result<(), LockError> {
    let path = folder.as_ref().join("dacapo.lock");
    let shown = || path.display().to_string();
    let now = file::text(package).ok_or_else(|| LockError::NoWorkflows { package: package.to_owned() })?;
    if env::var(VARIABLE).is_ok_and(|value| value == "write") {
        return fs::write(&path, now)
            .map_err(|error| LockError::Unwritable { path: shown(), reason: error.to_string() });
    }
    let locked = fs::read_to_string(&path)
        .map_err(|error| LockError::Unreadable { path: shown(), reason: error.to_string() })?;
    if locked == now {
        Ok(())
    } else {
        Err(LockError::Changed { path: shown(), changes: diff::of(&locked, &now) })
    }
}

/// Why a package does not agree with its lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockError {
    /// The steps are not those of the file.
    Changed {
        /// The file.
        path: String,
        /// What is gone (`-`) and new (`+`), with the workflow it belongs to.
        changes: String,
    },
    /// The file cannot be read, most often because there is none yet.
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// The file cannot be written.
    Unwritable {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// No workflow of the package is linked into this program.
    NoWorkflows {
        /// The package.
        package: String,
    },
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { path, changes } => write!(
                f,
                "the durable steps are not those of {path}:\n\n{changes}\nRunning instances would not replay. Guard the change \
                 with `ctx.is_patched(..)`, or make a new version of the workflow; then, or when no instance is running, write the \
                 file anew with `{VARIABLE}=write cargo test`"
            ),
            Self::Unreadable { path, reason } => {
                write!(f, "{path} cannot be read ({reason}): write it with `{VARIABLE}=write cargo test`")
            }
            Self::Unwritable { path, reason } => write!(f, "{path} cannot be written: {reason}"),
            Self::NoWorkflows { package } => write!(
                f,
                "no workflow of the package `{package}` is linked into this program: name its library once, as in `use {} as _;`",
                package.replace('-', "_")
            ),
        }
    }
}

impl core::error::Error for LockError {}
