//! Durable workflows on [Dapr](https://docs.dapr.io) as plain async Rust functions; what does not replay does not
//! compile.
//!
//! A *workflow* is an `async fn` marked [`#[workflow]`](macro@workflow); it survives crashes because it is replayed
//! over its recorded history. An *activity*, marked [`#[activity]`](macro@activity), is where side effects happen.
//! Awaiting an activity in a workflow schedules it through the Dapr sidecar and records its result.
//!
//! ```
//! use dacapo::prelude::*;
//!
//! #[activity]
//! async fn greet(name: String) -> Result<String> {
//!     Ok(format!("hello, {name}"))
//! }
//!
//! #[workflow]
//! async fn greet_all(names: Vec<String>) -> Result<Vec<String>> {
//!     let greetings = names.into_iter().map(greet).collect::<Vec<_>>().await;   // a Vec is a fan-out
//!     greetings.into_iter().map(|greeting| Ok(greeting?)).collect()
//! }
//!
//! # async fn run() -> Result<()> {
//! let dapr = Connection::from_env().await?;
//! let worker = Worker::builder(&dapr).register_all().start().await?;
//! let run = Client::new(&dapr).schedule(greet_all(vec!["world".into()]).id("greeting-1")).await?;
//! let greetings: Vec<String> = run.result().await?;
//! worker.shutdown().await?;
//! # Ok(())
//! # }
//! ```

// Generated code names this crate by its own name, also in this crate's tests.
#[cfg(test)]
extern crate self as dacapo;

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;
mod activity;
mod call;
pub mod client;
mod closed;
mod connection;
mod context;
mod durable;
mod error;
mod event;
mod failure;
mod functions;
pub mod lock;
mod logging;
mod otel;
mod payload;
pub mod prelude;
mod propagated;
mod registry;
mod retry;
mod runtime_error;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;
mod timestamp;
pub mod worker;

use __private as private;

pub use activity::{ActivityContext, State};
pub use call::{
    ActivityCall, ChildCall, ContinueAsNew, DetachedCall, DetachedStart, Handle, Propagation, Schedule,
    ScheduleRequest, StartCall, Startable, UniqueCall, WorkflowCall,
};
pub use client::Client;
pub use closed::{ClosedRegistry, RegistryEntry};
pub use connection::Connection;
pub use context::{ParentInstance, WorkflowContext};
pub use dacapo_engine::FailureDetails;
pub use dacapo_engine::combine::{OneOf2, OneOf3, OneOf4, OneOf5, OneOf6, OneOf7, OneOf8};
pub use dacapo_macros::{activity, durable, flows, pure, workflow};
pub use durable::{
    All, AllSet, Buffered, Durable, Elapsed, FanOut, Race, RaceSet, Timeout, Timer, all, race,
};
pub use error::{DescribeError, Error, Result};
pub use event::{Event, EventError, Recv, RecvTimeout};
pub use failure::Failure;
pub use functions::{Activity, ActivityFn, Named, Workflow, WorkflowFn};
pub use payload::Payload;
pub use propagated::{PropagatedCall, PropagatedHistory, PropagatedWorkflow};
pub use retry::RetryPolicy;
pub use runtime_error::RuntimeError;
pub use timestamp::{Timestamp, TimestampError};
pub use worker::Worker;
