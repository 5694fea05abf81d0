//! The replay state machine of Dacapo: history in, actions out.
//!
//! An [`Execution`] is one execution of a workflow, suspended between turns. Events are applied one at a time;
//! after each the workflow's code is polled at most once; at the end of a turn [`Execution::outcome`] says what
//! the sidecar gets. The same code runs live and on replay: it always asks for its work, and history confirms
//! what is already recorded.
//!
//! The engine does no I/O and has no clock, lock, async runtime, serde or protobuf; time and ids come from history.
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
