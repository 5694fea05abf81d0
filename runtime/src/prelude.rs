//! What programs with workflows use all the time: `use dacapo::prelude::*;`.

pub use core::time::Duration;

pub use serde::{Deserialize, Serialize};
pub use tracing::{debug, error, info, trace, warn};

pub use crate::{
    ActivityCall, ActivityContext, ActivityFn, Client, Connection, Durable, Elapsed, Error, Event,
    EventError, Failure, FanOut, Named, OneOf2, OneOf3, OneOf4, Result, RetryPolicy, State, Timestamp,
    Worker, WorkflowCall, WorkflowContext, WorkflowFn, activity, all, durable, race, workflow,
};
