//! Dapr's processes on this machine: started on free ports, watched until they are ready, ended whatever happens.

mod app;
mod binaries;
mod cluster;
mod collector;
mod error;
pub mod http;
pub mod logs;
mod ports;
mod process;
mod proxy;
mod tls;

pub use app::{App, AppOptions, Service, Store};
pub use binaries::{Binaries, Release, durabletask_go};
pub use cluster::Cluster;
pub use collector::{Collector, Span};
pub use error::HarnessError;
pub use ports::free_port;
pub use process::Process;
pub use proxy::Proxy;
pub use tls::TlsProxy;
