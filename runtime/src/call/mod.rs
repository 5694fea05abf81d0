//! Calls: descriptions of work that do nothing until they are awaited, joined, raced, started or given to a client.

mod activity;
mod awaited;
mod continuation;
mod handle;
mod options;
mod unique;
mod workflow;

pub use activity::ActivityCall;
pub use awaited::{AwaitedInWorkflow, PolledByWorkflow};
pub use continuation::ContinueAsNew;
pub use handle::{Handle, Startable};
pub use options::Propagation;
pub use unique::UniqueCall;
pub use workflow::{
    ChildCall, DetachedCall, DetachedStart, Schedule, ScheduleRequest, StartCall, WorkflowCall,
};

use dacapo_engine::{FailureDetails, Problem};

use crate::context::WorkflowContext;
use crate::failure::{CallKind, Failure};
use crate::payload::Output;

/// `errorType` of a call whose arguments have no JSON form.
const ENCODING_FAILED: &str = "PayloadEncodingFailed";

/// The name and kind of what is called, and how its error values are read.
pub(crate) struct Callee<E> {
    pub(crate) kind: CallKind,
    pub(crate) name: &'static str,
    pub(crate) decode_error: fn(&str) -> Option<E>,
}

impl<E> Callee<E> {
    fn failure(&self, details: FailureDetails) -> Failure<E> {
        Failure::new(self.kind, self.name, details, self.decode_error)
    }

    /// The call could not even be described. Nothing was scheduled and no id was taken.
    fn encoding_failed(&self, error: &serde_json::Error) -> Failure<E> {
        let message = format!("the arguments of `{}` have no JSON form: {error}", self.name);
        self.failure(FailureDetails::new(ENCODING_FAILED, message).non_retriable())
    }

    /// The outcome of a call as its types say it. A recorded result that these types cannot read stalls the
    /// instance: the code that can read it may be deployed any time.
    async fn settle<T>(
        &self,
        ctx: &WorkflowContext,
        output: &Output<T>,
        outcome: Result<Option<String>, FailureDetails>,
    ) -> Result<T, Failure<E>> {
        let text = outcome.map_err(|details| self.failure(details))?;
        match (output.decode)(text.as_deref()) {
            Ok(value) => Ok(value),
            Err(error) => {
                let what = format!("the recorded result of `{}`", self.name);
                ctx.engine().stall(Problem::Undecodable { what, error: error.to_string() });
                core::future::pending().await
            }
        }
    }
}
