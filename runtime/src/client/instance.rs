//! An instance by its id, whatever its workflow.

use std::sync::Arc;
use std::time::Duration;

use dacapo_engine::Target;
use dacapo_proto::pb;
use futures_util::stream::{self, Stream, TryStreamExt as _};
use serde::Serialize;

use super::history::{self, HistoryEntry};
use super::refusal::About;
use super::rerun::Rerun;
use super::rpc::Rpc;
use super::state::InstanceState;
use super::wait::{self, Until};
use crate::Event;
use crate::connection::TaskHub;
use crate::payload;
use crate::runtime_error::RuntimeError;

/// One workflow instance, by its id. Cheap to clone; holds no connection open.
///
/// ```no_run
/// # async fn example(client: dacapo::Client) -> dacapo::Result<()> {
/// let state = client.instance("order-1").get().await?;
/// println!("{} is {}", state.name, state.status);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Instance {
    pub(super) rpc: Rpc,
    id: Arc<str>,
    target: Option<Arc<Target>>,
}

impl Instance {
    pub(super) fn new(rpc: Rpc, id: String, target: Option<Target>) -> Self {
        Self { rpc, id: id.into(), target: target.map(Arc::new) }
    }

    /// The instance's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The instance as it is now.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::NotFound`] when there is none.
    pub async fn get(&self) -> Result<InstanceState, RuntimeError> {
        let about = self.about("GetInstance");
        let send = |mut hub: TaskHub, request| async move { hub.get_instance(request).await };
        let response = self.rpc.unary(&about, self.question(), send).await?;
        self.found(response)
    }

    /// Waits until the first turn has run.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::TimedOut`] after `within`, [`RuntimeError::NotFound`], [`RuntimeError::Stalled`].
    pub async fn wait_for_start(&self, within: Duration) -> Result<InstanceState, RuntimeError> {
        wait::wait(self, Until::Started, Some(within)).await
    }

    /// Waits until the instance has ended, however it ends. Lost connections are made again meanwhile.
    ///
    /// ```no_run
    /// # async fn example(client: dacapo::Client) -> dacapo::Result<()> {
    /// # use std::time::Duration;
    /// let state = client.instance("order-1").wait_for_completion(Duration::from_secs(60)).await?;
    /// println!("workflow status: {}", state.status);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`RuntimeError::TimedOut`] after `within`, [`RuntimeError::NotFound`], [`RuntimeError::Stalled`].
    pub async fn wait_for_completion(&self, within: Duration) -> Result<InstanceState, RuntimeError> {
        wait::wait(self, Until::Ended, Some(within)).await
    }

    /// Sends an event to the instance. It is kept until the workflow asks for it; an instance that has ended ignores it.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::NotFound`], [`RuntimeError::Stalled`], [`RuntimeError::Payload`] when the payload has no JSON form.
    pub async fn raise<T: Serialize>(&self, event: Event<T>, payload: T) -> Result<(), RuntimeError> {
        self.raise_json(event.name(), event.encode(&payload)?).await
    }

    /// Sends an event whose payload is JSON text already, or absent.
    ///
    /// # Errors
    ///
    /// As [`raise`](Self::raise).
    pub async fn raise_json(&self, event: &str, payload: Option<String>) -> Result<(), RuntimeError> {
        let message = pb::RaiseEventRequest {
            instance_id: self.id().to_owned(),
            name: event.to_owned(),
            input: payload,
            router: self.router(),
        };
        let send = |mut hub: TaskHub, request| async move { hub.raise_event(request).await };
        self.rpc.unary(&self.about("RaiseEvent"), message, send).await.map(drop)
    }

    /// Holds the instance still, and returns when it does. Activities that run already go on; what arrives meanwhile
    /// is kept. An empty `reason` is none.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::NotFound`]; [`RuntimeError::TimedOut`] when no worker took the turn in time, which it may do later.
    pub async fn suspend(&self, reason: &str) -> Result<(), RuntimeError> {
        let message = pb::SuspendRequest {
            instance_id: self.id().to_owned(),
            reason: filled(reason),
            router: self.router(),
        };
        let send = |mut hub: TaskHub, request| async move { hub.suspend_instance(request).await };
        self.rpc.unary(&self.about("SuspendInstance"), message, send).await.map(drop)
    }

    /// Lets a suspended instance go on, and returns when it does.
    ///
    /// # Errors
    ///
    /// As [`suspend`](Self::suspend).
    pub async fn resume(&self, reason: &str) -> Result<(), RuntimeError> {
        let message = pb::ResumeRequest {
            instance_id: self.id().to_owned(),
            reason: filled(reason),
            router: self.router(),
        };
        let send = |mut hub: TaskHub, request| async move { hub.resume_instance(request).await };
        self.rpc.unary(&self.about("ResumeInstance"), message, send).await.map(drop)
    }

    /// Ends the instance and all its children with `output` (`()` for none), and returns when it has ended.
    ///
    /// # Errors
    ///
    /// As [`suspend`](Self::suspend), and [`RuntimeError::Payload`] when `output` has no JSON form.
    pub async fn terminate(&self, output: impl Serialize) -> Result<(), RuntimeError> {
        self.end(output, Reach::WithChildren).await
    }

    /// Ends the instance as [`terminate`](Self::terminate) does, and leaves its children running.
    ///
    /// # Errors
    ///
    /// As [`terminate`](Self::terminate).
    pub async fn terminate_alone(&self, output: impl Serialize) -> Result<(), RuntimeError> {
        self.end(output, Reach::Alone).await
    }

    async fn end(&self, output: impl Serialize, reach: Reach) -> Result<(), RuntimeError> {
        let output = payload::encode_result(&output).map_err(|error| RuntimeError::Payload {
            what: format!("the output for terminating `{}`", self.id),
            reason: error.to_string(),
        })?;
        let message = pb::TerminateRequest {
            instance_id: self.id().to_owned(),
            output,
            recursive: reach == Reach::WithChildren,
            router: self.router(),
        };
        let send = |mut hub: TaskHub, request| async move { hub.terminate_instance(request).await };
        self.rpc.unary(&self.about("TerminateInstance"), message, send).await.map(drop)
    }

    /// Removes the instance and its history from the sidecar's store; returns how many instances were removed.
    ///
    /// ```no_run
    /// # async fn example(client: dacapo::Client) -> dacapo::Result<()> {
    /// use dacapo::client::Purge;
    /// client.instance("order-1").purge(Purge::default().with_children()).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`RuntimeError::NotFound`]; [`RuntimeError::NotFinished`] unless it has ended or [`Purge::by_force`] is set.
    pub async fn purge(&self, purge: Purge) -> Result<u32, RuntimeError> {
        let message = pb::PurgeInstancesRequest {
            request: Some(pb::purge_instances_request::Request::InstanceId(self.id().to_owned())),
            recursive: purge.children,
            force: purge.force.then_some(true),
            router: self.router(),
        };
        let send = |mut hub: TaskHub, request| async move { hub.purge_instances(request).await };
        let removed =
            self.rpc.unary(&self.about("PurgeInstances"), message, send).await?.deleted_instance_count;
        match u32::try_from(removed) {
            Ok(removed) if removed > 0 => Ok(removed),
            _ => Err(self.not_found()),
        }
    }

    /// What the sidecar has recorded of the current execution, oldest first (Dapr 1.17 and newer).
    ///
    /// # Errors
    ///
    /// [`RuntimeError::NotFound`]; [`RuntimeError::Unsupported`] by older sidecars.
    pub async fn history(&self) -> Result<Vec<HistoryEntry>, RuntimeError> {
        let message = pb::GetInstanceHistoryRequest { instance_id: self.id().to_owned() };
        let send = |mut hub: TaskHub, request| async move { hub.get_instance_history(request).await };
        let response = self.rpc.unary(&self.about("GetInstanceHistory"), message, send).await?;
        history::read(response.events, self.id())
    }

    /// The same as a stream, which asks when it is first polled and ends after its first error.
    ///
    /// ```no_run
    /// # async fn example(client: dacapo::Client) -> dacapo::Result<()> {
    /// use futures_util::TryStreamExt as _;
    /// let mut entries = std::pin::pin!(client.instance("order-1").history_stream());
    /// while let Some(entry) = entries.try_next().await? {
    ///     println!("{entry}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn history_stream(
        &self,
    ) -> impl Stream<Item = Result<HistoryEntry, RuntimeError>> + Send + use<> + 'static {
        let instance = self.clone();
        stream::once(async move { instance.history().await })
            .map_ok(|entries| stream::iter(entries.into_iter().map(Ok)))
            .try_flatten()
    }

    /// Starts a new instance that has this one's history up to the event with `event_id` (an activity, a timer or a
    /// child), and runs on from there (Dapr 1.16 and newer). The instance must have ended.
    ///
    /// ```no_run
    /// # async fn example(client: dacapo::Client) -> dacapo::Result<()> {
    /// use dacapo::client::Rerun;
    /// let again = client.instance("order-1").rerun_from(3, Rerun::default().id("order-1-again")).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`RuntimeError::NotFound`], [`RuntimeError::AlreadyExists`] when the new id is taken, [`RuntimeError::Sidecar`]
    /// when the event is none that can be run again, [`RuntimeError::Unsupported`] by older sidecars.
    pub async fn rerun_from(&self, event_id: u32, rerun: Rerun) -> Result<Self, RuntimeError> {
        let message = rerun.into_message(self, event_id)?;
        let send = |mut hub: TaskHub, request| async move { hub.rerun_workflow_from_event(request).await };
        let response = self.rpc.unary(&self.about("RerunWorkflowFromEvent"), message, send).await?;
        Ok(Self { id: response.new_instance_id.into(), ..self.clone() })
    }

    pub(super) fn about(&self, call: &'static str) -> About<'_> {
        About::instance(call, &self.id)
    }

    pub(super) fn question(&self) -> pb::GetInstanceRequest {
        pb::GetInstanceRequest {
            instance_id: self.id().to_owned(),
            get_inputs_and_outputs: true,
            router: self.router(),
        }
    }

    pub(super) fn found(&self, response: pb::GetInstanceResponse) -> Result<InstanceState, RuntimeError> {
        dacapo_proto::decode::instance(response).map(InstanceState::from_wire).ok_or_else(|| self.not_found())
    }

    fn not_found(&self) -> RuntimeError {
        RuntimeError::NotFound { instance_id: self.id().to_owned() }
    }

    /// The sidecar knows its own app, so only the target is named.
    pub(super) fn router(&self) -> Option<pb::TaskRouter> {
        let Target { app, namespace } = self.target.as_deref()?.clone();
        Some(pb::TaskRouter {
            target_app_id: Some(app),
            target_app_namespace: namespace,
            ..Default::default()
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Alone,
    WithChildren,
}

/// What [`Instance::purge`] removes: by default the one instance, and only if it has ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Purge {
    children: bool,
    force: bool,
}

impl Purge {
    /// Also removes the children, and theirs.
    #[must_use]
    pub fn with_children(mut self) -> Self {
        self.children = true;
        self
    }

    /// Also removes what has not ended, without telling anybody (Dapr 1.17 and newer).
    #[must_use]
    pub fn by_force(mut self) -> Self {
        self.force = true;
        self
    }
}

/// Dapr builds keys and names of actors from ids, and splits them again (docs/protocol.md, "Client calls").
pub(crate) fn check_id(id: &str) -> Result<(), RuntimeError> {
    let reason = if id.is_empty() {
        "it is empty"
    } else if id.contains("::") {
        "Dapr splits ids at `::`"
    } else if id.contains("||") {
        "Dapr splits ids at `||`"
    } else if id.ends_with(':') {
        "Dapr cuts off a `:` at the end"
    } else {
        return Ok(());
    };
    Err(RuntimeError::InvalidInstanceId { instance_id: id.to_owned(), reason })
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_dapr_would_misread_are_refused() {
        for id in ["", "a::b", "a||b", "a:", "::"] {
            assert!(matches!(check_id(id), Err(RuntimeError::InvalidInstanceId { .. })), "{id}");
        }
        for id in ["order-1", "parent:0001", ":a", "a|b", "ünï"] {
            assert_eq!(check_id(id), Ok(()));
        }
    }
}
