//! Dapr's programs, built by `tools/dapr/build` where they are missing.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokio::process::Command;

use super::HarnessError;

/// A release of Dapr, `1.18.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    major: u16,
    minor: u16,
    patch: u16,
}

impl Release {
    /// The release that everything is tested on.
    pub const NEWEST: Self = Self::new(1, 18, 0);

    /// The release with these numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split('.').map(str::parse::<u16>).collect::<Result<Vec<_>, _>>();
        match numbers.as_deref() {
            Ok([major, minor, patch]) => Ok(Self::new(*major, *minor, *patch)),
            _ => Err(format!("`{text}` is no release of Dapr; they are written like 1.18.0")),
        }
    }
}

/// The folder with the programs of one release.
#[derive(Clone, Debug)]
pub struct Binaries {
    /// The release.
    pub release: Release,
    folder: PathBuf,
}

impl Binaries {
    /// Finds the programs of a release, or builds them, which takes minutes.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Build`] with what the script said.
    pub async fn of(release: Release) -> Result<Self, HarnessError> {
        Ok(Self { release, folder: build(&release.to_string()).await? })
    }

    /// The path of one program: `daprd`, `placement` or `scheduler`.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The sidecar of durabletask-go itself, which is no Dapr: built where it is missing.
///
/// # Errors
///
/// [`HarnessError::Build`] with what the script said.
pub async fn durabletask_go() -> Result<PathBuf, HarnessError> {
    Ok(build("durabletask-go").await?.join("durabletask-go"))
}

/// Has the script build what has this name, and returns the folder.
async fn build(what: &str) -> Result<PathBuf, HarnessError> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dapr/build");
    let failed = |reason: String| HarnessError::Build { release: what.to_owned(), reason };
    let output = Command::new(&script).arg(what).stderr(std::process::Stdio::inherit()).output().await;
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(output.status.to_string()));
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
