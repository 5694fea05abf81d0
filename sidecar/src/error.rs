//! Why a sidecar did not start.

use std::net::SocketAddr;

#[cfg(feature = "sqlite")]
use crate::store::OpenError;
use crate::store::StoreError;

/// Why a sidecar did not start; each text names the thing and the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SidecarError {
    /// The database file cannot be used.
    #[cfg(feature = "sqlite")]
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The database was opened and could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another program listens on the port.
    #[error("port {} is already in use on {}; stop the program that uses it or choose another port", .address.port(), .address.ip())]
    PortInUse {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The port cannot be opened.
    #[error("cannot listen on {address}: {source}; choose another host or port")]
    Listen {
        /// The address that was asked for.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The address is open to other machines, and nothing keeps them out.
    #[error(
        "{address} can be reached from other machines; set an API token (DAPR_API_TOKEN), listen on 127.0.0.1, or \
         allow it with --insecure"
    )]
    Exposed {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The thread that owns the database cannot be started.
    #[error("the system refused a thread ({0}); close other programs and try again")]
    Thread(std::io::Error),
}
