//! The replay state machine of Dacapo: history in, actions out.
//!
//! An [`Execution`] is one execution of a workflow, suspended between turns. Events are applied one at a time;
//! after each the workflow's code is polled at most once; at the end of a turn [`Execution::outcome`] says what
//! the sidecar gets. The same code runs live and on replay: it always asks for its work, and history confirms
//! what is already recorded.
//!
//! The engine does no I/O and has no clock, lock, async runtime, serde or protobuf; time and ids come from history.
//!
//! ```
//! use dacapo_engine::{
//!     ActionKind, ActivitySpec, Context, Event, EventKind, ExecutionStarted, Outcome, Problem, Settings, Start, Started,
//!     Timestamp, Workflows, replay,
//! };
//!
//! /// The only workflow there is: it charges and returns the receipt.
//! struct Orders;
//!
//! impl Workflows for Orders {
//!     fn start(&self, start: &Start<'_>, ctx: Context) -> Result<Started, Problem> {
//!         let input = start.execution.input.clone();
//!         let body = async move {
//!             ctx.activity(ActivitySpec { name: "charge".into(), input, ..ActivitySpec::default() }).await
//!         };
//!         Ok(Started { body: Box::pin(body), version: None })
//!     }
//! }
//!
//! let event = |kind| Event { id: -1, timestamp: Timestamp::UNIX_EPOCH, router: None, kind };
//! let started = ExecutionStarted { name: "order".into(), instance_id: "order-1".into(), ..ExecutionStarted::default() };
//! let new = vec![event(EventKind::WorkflowStarted { version: None }), event(EventKind::ExecutionStarted(started.into()))];
//!
//! let Outcome::Answer(answer) = replay(Vec::new(), new, &Orders, Settings::default()) else { panic!("a problem") };
//! assert!(matches!(&answer.actions[0].kind, ActionKind::ScheduleTask { name, .. } if name == "charge"));
//! ```
#![no_std]

extern crate alloc;

mod action;
mod answer;
pub mod combine;
mod context;
mod describe;
mod event;
mod execution;
mod failure;
#[cfg(feature = "faults")]
mod faults;
mod ids;
mod journal;
mod leaf;
mod op;
mod retry;
mod settings;
mod spec;
mod time;
mod workflows;

pub use ::uuid::Uuid;

#[cfg(feature = "faults")]
pub use crate::faults::Fault;
pub use crate::{
    action::{Action, ActionKind, Completion, CompletionStatus, Propagation},
    answer::{Answer, Divergence, Outcome, Problem, Warning},
    context::Context,
    event::{
        Event, EventKind, ExecutionStarted, ParentInfo, Router, TimerOrigin, TraceContext, WorkflowVersion,
    },
    execution::{Execution, replay},
    failure::FailureDetails,
    op::{CallFuture, Elapsed, EventFuture, TimerFuture},
    retry::{Predicate, RetryPolicy},
    settings::{Limits, Settings},
    spec::{ActivitySpec, ChildSpec, DetachedSpec, Target, TimerSpec},
    time::{ParseTimestampError, Timestamp},
    workflows::{Body, Start, Started, Workflows},
};
