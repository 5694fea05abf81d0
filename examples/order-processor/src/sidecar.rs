//! The sidecar: the one that the environment names, or one of our own.

use std::path::Path;

use dacapo::prelude::*;
use dacapo_sidecar::Sidecar;

/// What names a sidecar, as `dapr run` sets it.
const VARIABLES: [&str; 2] = ["DAPR_GRPC_ENDPOINT", "DAPR_GRPC_PORT"];

/// A sidecar to talk to.
#[derive(Debug)]
pub struct Dapr {
    connection: Connection,
    embedded: Option<Sidecar>,
}

impl Dapr {
    /// The sidecar of the environment; without one, an embedded sidecar on the database file.
    ///
    /// # Errors
    /// When the environment names no address, or the database cannot be used.
    pub async fn find(db: &Path) -> Result<Self> {
        if VARIABLES.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())) {
            return Ok(Self { connection: Connection::from_env().await?, embedded: None });
        }
        Self::embedded(db).await
    }

    /// An embedded sidecar on a database file.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn embedded(db: &Path) -> Result<Self> {
        let sidecar = Sidecar::builder().database(db).start().await?;
        Ok(Self { connection: Connection::to(sidecar.endpoint())?, embedded: Some(sidecar) })
    }

    /// How to talk to it.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Stops it, if it is ours.
    pub async fn shutdown(self) {
        if let Some(sidecar) = self.embedded {
            sidecar.shutdown().await;
        }
    }
}
