//! Durable timers.

use core::future::Future;

use dacapo_engine::TimerSpec;

use super::Durable;
use crate::context::WorkflowContext;

/// A durable timer, made by [`ctx.create_timer`](WorkflowContext::create_timer).
#[must_use = "a timer is created when it is awaited; add `.await`"]
#[derive(Clone, Debug)]
pub struct Timer {
    spec: TimerSpec,
    name: Option<String>,
}

impl Timer {
    pub(crate) fn new(spec: TimerSpec) -> Self {
        Self { spec, name: None }
    }

    /// Names the timer, for people who read the history.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

#[diagnostic::do_not_recommend]
impl Durable for Timer {
    type Output = ();

    fn begin(self, ctx: &WorkflowContext) -> impl Future<Output = ()> {
        ctx.engine().timer(self.spec, self.name)
    }
}
