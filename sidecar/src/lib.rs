//! An embedded single-node sidecar for Dapr workflows: the gRPC service of `daprd` in one process, on one
//! SQLite file. For development, tests and programs on a single machine; past one machine run Dapr, and
//! nothing in the program changes.
//!
//! ```
//! use dacapo_sidecar::Sidecar;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("orders.db");
//! let sidecar = Sidecar::builder().database(path).app_id("orders").start().await?;
//! println!("set DAPR_GRPC_ENDPOINT={}", sidecar.endpoint());
//! sidecar.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Layers
//! - [`core`]: the service as a synchronous state machine over a clock and a store. No network, no runtime.
//! - [`store`]: rows in memory or in SQLite, with one transaction for a batch and a savepoint for each turn.
//! - A thread that owns both, and the gRPC services in front of it.
//!
//! # Features
//! | Feature | Default | What it adds |
//! |---|---|---|
//! | `sqlite` | yes | the store on an SQLite file |
//! | `server` | yes | [`Sidecar`]: the gRPC services and the HTTP API over TCP |
//! | `cli` | yes | the program `dacapo-sidecar` |

pub mod core;
pub mod store;

#[cfg(feature = "server")]
mod builder;
#[cfg(feature = "server")]
mod error;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
mod service;
#[cfg(feature = "server")]
mod sidecar;

#[cfg(feature = "server")]
pub use builder::SidecarBuilder;
#[cfg(feature = "server")]
pub use error::SidecarError;
#[cfg(feature = "server")]
pub use sidecar::Sidecar;
