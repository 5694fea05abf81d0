//! An instance under test, with the types of its workflow.

use core::fmt;
use core::marker::PhantomData;

use dacapo_proto::pb;
use dacapo_sidecar::core::{Code, Command, Rejection, Reply};
use serde::Serialize;

use super::env::TestEnv;
use super::pump::Reach;
use super::world::World;
use crate::client::{InstanceState, RecordedHistory, RunError, outcome_of};
use crate::functions::Workflow;
use crate::runtime_error::RuntimeError;
use crate::{Event, payload};

/// One instance of the workflow `M` in a [`TestEnv`]: what [`TestEnv::schedule`] returns. It has the methods of
/// [`client::Run`](crate::client::Run), and some that only a test needs.
pub struct TestRun<M> {
    env: TestEnv,
    instance_id: String,
    workflow: PhantomData<fn() -> M>,
}

impl<M: Workflow> TestRun<M> {
    pub(super) fn new(env: TestEnv, instance_id: String) -> Self {
        Self { env, instance_id, workflow: PhantomData }
    }

    /// The instance's id.
    pub fn id(&self) -> &str {
        &self.instance_id
    }

    /// Lets everything happen, however much virtual time it takes, until the workflow has ended, and returns its result.
    ///
    /// # Errors
    /// [`RunError::Failed`] with the workflow's own error, [`RunError::Terminated`], [`RunError::Undecodable`].
    ///
    /// # Panics
    /// With what the kit finds wrong with the code under test; when nothing can happen any more and the workflow has not
    /// ended, with what it waits for.
    pub async fn result(&self) -> Result<M::Output, RunError<M::Error>> {
        let state = self.until("the end", |world, id| {
            let state = world.state(id)?;
            state.status.is_terminal().then_some(state)
        });
        outcome_of::<M>(&self.instance_id, state.await)
    }

    /// The instance as it is now; turns that are ready are run before.
    ///
    /// # Errors
    /// [`RuntimeError::NotFound`] when there is none.
    ///
    /// # Panics
    /// With what the kit finds wrong with the code under test.
    pub async fn status(&self) -> Result<InstanceState, RuntimeError> {
        self.run_turns().await;
        let state = self.env.world().state(&self.instance_id);
        state.ok_or_else(|| RuntimeError::NotFound { instance_id: self.instance_id.clone() })
    }

    /// Lets everything happen until the workflow waits for `event`.
    ///
    /// # Panics
    /// When it ends, or nothing can happen any more, before it waits for it; with what the kit finds wrong with the code
    /// under test.
    pub async fn until_waiting<T>(&self, event: Event<T>) {
        let name = event.name();
        let goal = format!("a wait for event `{name}`");
        self.until(&goal, |world, id| {
            let waits = |wait: &super::stuck::Wait| {
                wait.event.as_ref().is_some_and(|event| event.eq_ignore_ascii_case(name))
            };
            if world.waits(id).iter().any(waits) {
                return Some(());
            }
            None
        })
        .await;
    }

    /// Lets everything happen until the custom status is `expected`.
    ///
    /// # Panics
    /// When it never is; with what the kit finds wrong with the code under test; when `expected` has no JSON form.
    pub async fn until_status(&self, expected: impl Serialize) {
        let expected = serde_json::to_string(&expected)
            .unwrap_or_else(|error| panic!("the expected custom status has no JSON form: {error}"));
        let goal = format!("the custom status {expected}");
        self.until(&goal, |world, id| {
            let status = world.state(id)?.custom_status;
            (status.as_ref() == Some(&expected)).then_some(())
        })
        .await;
    }

    async fn until<T>(&self, goal: &str, mut is_there: impl FnMut(&mut World, &str) -> Option<T>) -> T {
        let inner = &self.env.inner;
        match inner.drive(Reach::End, |world| is_there(world, &self.instance_id)).await {
            Ok(Some(value)) => value,
            Ok(None) => {
                let fault = inner.world().stuck(&self.instance_id, goal);
                inner.fail(&fault)
            }
            Err(fault) => inner.fail(&fault),
        }
    }

    async fn run_turns(&self) {
        if let Err(fault) = self.env.inner.drive(Reach::Turns, |_| None::<()>).await {
            self.env.inner.fail(&fault);
        }
    }

    /// Sends an event to the instance. It is kept until the workflow asks for it; an instance that has ended ignores it.
    ///
    /// # Errors
    /// [`RuntimeError::NotFound`], [`RuntimeError::Payload`] when the payload has no JSON form.
    pub async fn raise<T: Serialize>(&self, event: Event<T>, payload: T) -> Result<(), RuntimeError> {
        self.raise_json(event.name(), event.encode(&payload)?).await
    }

    /// Sends an event whose payload is JSON text already, or absent.
    ///
    /// # Errors
    /// As [`raise`](Self::raise).
    pub async fn raise_json(&self, event: &str, payload: Option<String>) -> Result<(), RuntimeError> {
        let message = pb::RaiseEventRequest {
            instance_id: self.instance_id.clone(),
            name: event.to_owned(),
            input: payload,
            router: None,
        };
        self.env.call("RaiseEvent", &self.instance_id, Command::Raise(message)).await.map(drop)
    }

    /// Holds the instance still. An empty `reason` is none.
    ///
    /// # Errors
    /// [`RuntimeError::NotFound`].
    pub async fn suspend(&self, reason: &str) -> Result<(), RuntimeError> {
        let (instance_id, reason) = (self.instance_id.clone(), filled(reason));
        let message = pb::SuspendRequest { instance_id, reason, router: None };
        self.env.call("SuspendInstance", &self.instance_id, Command::Suspend(message)).await.map(drop)
    }

    /// Lets a suspended instance go on.
    ///
    /// # Errors
    /// As [`suspend`](Self::suspend).
    pub async fn resume(&self, reason: &str) -> Result<(), RuntimeError> {
        let (instance_id, reason) = (self.instance_id.clone(), filled(reason));
        let message = pb::ResumeRequest { instance_id, reason, router: None };
        self.env.call("ResumeInstance", &self.instance_id, Command::Resume(message)).await.map(drop)
    }

    /// Ends the instance and all its children with `output` (`()` for none).
    ///
    /// # Errors
    /// As [`suspend`](Self::suspend), and [`RuntimeError::Payload`] when `output` has no JSON form.
    pub async fn terminate(&self, output: impl Serialize) -> Result<(), RuntimeError> {
        let output = payload::encode_result(&output).map_err(|error| RuntimeError::Payload {
            what: format!("the output for terminating `{}`", self.instance_id),
            reason: error.to_string(),
        })?;
        let instance_id = self.instance_id.clone();
        let message = pb::TerminateRequest { instance_id, output, recursive: true, router: None };
        self.env.call("TerminateInstance", &self.instance_id, Command::Terminate(message)).await.map(drop)
    }

    /// What is recorded of the instance's current execution: for [`assert_history!`](crate::assert_history), and to be written
    /// to a file for [`replay!`](crate::replay).
    ///
    /// # Errors
    /// [`RuntimeError::NotFound`] when there is none.
    pub async fn history(&self) -> Result<RecordedHistory, RuntimeError> {
        match self.env.world().history(&self.instance_id) {
            Ok(Reply::History(response)) => RecordedHistory::of_encoded(&self.instance_id, response.events),
            Ok(_) => Err(RuntimeError::NotFound { instance_id: self.instance_id.clone() }),
            Err(rejection) => Err(refused("GetInstanceHistory", &self.instance_id, &rejection)),
        }
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A refusal of the sidecar's core, as the client has it.
pub(super) fn refused(call: &'static str, instance_id: &str, rejection: &Rejection) -> RuntimeError {
    let (instance_id, message) = (instance_id.to_owned(), rejection.message.clone());
    match rejection.code {
        Code::NotFound => RuntimeError::NotFound { instance_id },
        Code::AlreadyExists => RuntimeError::AlreadyExists { instance_id, message },
        Code::Unknown if message.ends_with("no such instance exists") => {
            RuntimeError::NotFound { instance_id }
        }
        Code::Unknown if message.contains("already exists") => {
            RuntimeError::AlreadyExists { instance_id, message }
        }
        code => RuntimeError::Sidecar { call: call.to_owned(), code: name(code), message },
    }
}

fn name(code: Code) -> &'static str {
    match code {
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        _ => "UNKNOWN",
    }
}

impl<M> Clone for TestRun<M> {
    fn clone(&self) -> Self {
        Self { env: self.env.clone(), instance_id: self.instance_id.clone(), workflow: PhantomData }
    }
}

impl<M: Workflow> fmt::Debug for TestRun<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestRun").field("workflow", &M::NAME).field("id", &self.instance_id).finish()
    }
}
