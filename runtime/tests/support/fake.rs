//! A sidecar that does what a test tells it to, and tells the test what it was asked.

#[path = "items.rs"]
mod items;
#[path = "metadata.rs"]
mod metadata;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use dacapo_proto::pb;
use dacapo_proto::pb::task_hub_sidecar_service_server::{TaskHubSidecarService, TaskHubSidecarServiceServer};
use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

#[allow(unused_imports, reason = "each of the tests takes other builders")]
pub use self::items::{
    activity_item, event, execution_started, first_turn, second_turn, turn, workflow_item,
};

use self::metadata::Metadata;

/// Much longer than anything takes, so that a test that fails does not hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// A call that arrived.
#[derive(Debug)]
pub enum Call {
    Hello,
    /// A stream was opened; it is number n of this sidecar, from 0.
    Opened(usize, pb::GetWorkItemsRequest),
    /// The worker let go of stream n.
    Gone(usize),
    Workflow(pb::WorkflowResponse),
    /// The same under its old name.
    Orchestrator(pb::WorkflowResponse),
    Activity(pb::ActivityResponse),
    History(String),
    List(pb::ListInstanceIDsRequest),
    Start(pb::CreateInstanceRequest),
    Get(String),
    Wait(String),
    Raise(pb::RaiseEventRequest),
    Terminate(pb::TerminateRequest),
    Suspend(pb::SuspendRequest),
    Resume(pb::ResumeRequest),
    Purge(pb::PurgeInstancesRequest),
    Rerun(pb::RerunWorkflowFromEventRequest),
}

/// How one call is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With success, and what the script holds for it.
    Ok,
    /// With an error.
    Fail(tonic::Code, &'static str),
    /// Not at all.
    Hang,
}

/// What the sidecar answers. Calls without an entry succeed.
#[derive(Default)]
pub struct Script {
    /// Replies by the name of the call, used up one by one; the last one stays.
    replies: BTreeMap<&'static str, Vec<Reply>>,
    history: Vec<Bytes>,
    states: BTreeMap<String, pb::WorkflowState>,
    pages: Vec<pb::ListInstanceIDsResponse>,
    pub purged: i32,
    release: Option<String>,
}

impl Script {
    pub fn reply(mut self, call: &'static str, replies: impl IntoIterator<Item = Reply>) -> Self {
        self.replies.insert(call, replies.into_iter().collect());
        self
    }

    /// What the sidecar calls its release; without one it has no such call.
    pub fn release(mut self, release: &str) -> Self {
        self.release = Some(release.to_owned());
        self
    }

    pub fn history(mut self, history: Vec<Bytes>) -> Self {
        self.history = history;
        self
    }

    pub fn pages(mut self, pages: Vec<pb::ListInstanceIDsResponse>) -> Self {
        self.pages = pages;
        self
    }

    pub fn purged(mut self, instances: i32) -> Self {
        self.purged = instances;
        self
    }

    pub fn state(
        mut self,
        id: &str,
        status: pb::OrchestrationStatus,
        change: impl FnOnce(&mut pb::WorkflowState),
    ) -> Self {
        let mut state = pb::WorkflowState {
            instance_id: id.to_owned(),
            workflow_status: status.into(),
            ..Default::default()
        };
        change(&mut state);
        self.states.insert(id.to_owned(), state);
        self
    }

    fn next(&mut self, call: &'static str) -> Reply {
        match self.replies.get_mut(call) {
            None => Reply::Ok,
            Some(replies) if replies.len() > 1 => replies.remove(0),
            Some(replies) => replies.first().cloned().unwrap_or(Reply::Ok),
        }
    }
}

/// An address that refuses connections until a fake is started on it.
pub struct Reserved(TcpSocket);

impl Reserved {
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    pub fn start(self, script: Script) -> Fake {
        Fake::serve(script, 64 << 20, self.0.listen(64).unwrap())
    }
}

/// A running fake. It stops when it is dropped.
pub struct Fake {
    pub address: String,
    shared: Arc<Shared>,
    calls: mpsc::UnboundedReceiver<Call>,
    server: JoinHandle<()>,
}

struct Shared {
    script: Mutex<Script>,
    calls: mpsc::UnboundedSender<Call>,
    streams: Mutex<Vec<mpsc::UnboundedSender<Result<pb::WorkItem, Status>>>>,
    metadata: Mutex<Vec<tonic::metadata::MetadataMap>>,
}

impl Fake {
    pub async fn start(script: Script) -> Self {
        Self::start_with_limit(script, 64 << 20).await
    }

    /// A fake that takes messages of up to `bytes_max` bytes.
    pub async fn start_with_limit(script: Script, bytes_max: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::serve(script, bytes_max, listener)
    }

    fn serve(script: Script, bytes_max: usize, listener: TcpListener) -> Self {
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (sender, calls) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            calls: sender,
            streams: Mutex::default(),
            metadata: Mutex::default(),
        });
        let service = TaskHubSidecarServiceServer::new(Service(Arc::clone(&shared)))
            .max_decoding_message_size(bytes_max);
        let known = Arc::clone(&shared);
        let metadata = Metadata { release: Arc::new(move || known.script.lock().unwrap().release.clone()) };
        let server = tokio::spawn(async move {
            let server = Server::builder().add_service(service).add_service(metadata);
            let _ = server.serve_with_incoming(TcpListenerStream::new(listener)).await;
        });
        Self { address, shared, calls, server }
    }

    /// The next call, of whatever kind. A call that never comes fails the test instead of hanging it.
    pub async fn next(&mut self) -> Call {
        let call = tokio::time::timeout(PATIENCE, self.calls.recv()).await;
        call.expect("the sidecar is not called any more").expect("the fake holds a sender")
    }

    /// The next call that `select` takes; others before it are skipped.
    pub async fn next_of<T>(&mut self, mut select: impl FnMut(Call) -> Option<T>) -> T {
        loop {
            if let Some(found) = select(self.next().await) {
                return found;
            }
        }
    }

    /// The number of the next stream that is opened.
    pub async fn opened(&mut self) -> usize {
        self.next_of(|call| match call {
            Call::Opened(number, _) => Some(number),
            _ => None,
        })
        .await
    }

    /// Waits until the worker lets go of a stream.
    pub async fn gone(&mut self) -> usize {
        self.next_of(|call| match call {
            Call::Gone(number) => Some(number),
            _ => None,
        })
        .await
    }

    /// The next answer to a turn.
    pub async fn workflow(&mut self) -> pb::WorkflowResponse {
        self.next_of(|call| match call {
            Call::Workflow(response) | Call::Orchestrator(response) => Some(response),
            _ => None,
        })
        .await
    }

    /// The next answer of an activity.
    pub async fn activity(&mut self) -> pb::ActivityResponse {
        self.next_of(|call| match call {
            Call::Activity(response) => Some(response),
            _ => None,
        })
        .await
    }

    /// Hands out an item on the newest stream.
    pub fn send(&self, item: pb::WorkItem) {
        let streams = self.shared.streams.lock().unwrap();
        streams.last().expect("a stream is open").send(Ok(item)).unwrap();
    }

    /// Ends the newest stream with an error, as a sidecar does that shuts down.
    pub fn end_stream(&self, status: Status) {
        let streams = self.shared.streams.lock().unwrap();
        streams.last().expect("a stream is open").send(Err(status)).unwrap();
    }

    pub fn change(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.shared.script.lock().unwrap());
    }

    /// The value of a metadata key in the last call.
    pub fn metadata(&self, key: &str) -> Option<String> {
        let metadata = self.shared.metadata.lock().unwrap();
        Some(metadata.last()?.get(key)?.to_str().unwrap().to_owned())
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.server.abort();
    }
}

struct Service(Arc<Shared>);

impl Service {
    async fn answer<Req, Res>(
        &self,
        name: &'static str,
        request: Request<Req>,
        call: impl FnOnce(Req) -> Call,
        result: impl FnOnce(&mut Script) -> Res,
    ) -> Result<Response<Res>, Status> {
        let (metadata, _, message) = request.into_parts();
        self.0.metadata.lock().unwrap().push(metadata);
        let _ = self.0.calls.send(call(message));
        let reply = self.0.script.lock().unwrap().next(name);
        match reply {
            Reply::Ok => Ok(Response::new(result(&mut self.0.script.lock().unwrap()))),
            Reply::Fail(code, message) => Err(Status::new(code, message)),
            Reply::Hang => std::future::pending().await,
        }
    }
}

fn instance(script: &mut Script, id: &str) -> pb::GetInstanceResponse {
    let state = script.states.get(id).cloned();
    pb::GetInstanceResponse { exists: state.is_some(), workflow_state: state }
}

#[tonic::async_trait]
impl TaskHubSidecarService for Service {
    async fn hello(&self, request: Request<()>) -> Result<Response<()>, Status> {
        self.answer("Hello", request, |()| Call::Hello, |_| ()).await
    }

    type GetWorkItemsStream = Pin<Box<dyn Stream<Item = Result<pb::WorkItem, Status>> + Send>>;

    /// As gRPC for Go does it: the head of the answer goes out with the first item.
    async fn get_work_items(
        &self,
        request: Request<pb::GetWorkItemsRequest>,
    ) -> Result<Response<Self::GetWorkItemsStream>, Status> {
        let (sender, mut items) = mpsc::unbounded_channel();
        let number = {
            let mut streams = self.0.streams.lock().unwrap();
            streams.push(sender.clone());
            streams.len() - 1
        };
        let calls = self.0.calls.clone();
        tokio::spawn(async move {
            sender.closed().await;
            let _ = calls.send(Call::Gone(number));
        });
        self.answer("GetWorkItems", request, |message| Call::Opened(number, message), |_| ()).await?;
        let first = items.recv().await.ok_or_else(|| Status::cancelled("shutting down"))??;
        let rest = stream::unfold(items, async |mut items| Some((items.recv().await?, items)));
        Ok(Response::new(stream::once(async { Ok(first) }).chain(rest).boxed()))
    }

    async fn complete_activity_task(
        &self,
        request: Request<pb::ActivityResponse>,
    ) -> Result<Response<pb::CompleteTaskResponse>, Status> {
        self.answer("CompleteActivityTask", request, Call::Activity, |_| pb::CompleteTaskResponse {}).await
    }

    async fn complete_orchestrator_task(
        &self,
        request: Request<pb::WorkflowResponse>,
    ) -> Result<Response<pb::CompleteTaskResponse>, Status> {
        self.answer("CompleteOrchestratorTask", request, Call::Orchestrator, |_| pb::CompleteTaskResponse {})
            .await
    }

    async fn complete_workflow_task(
        &self,
        request: Request<pb::WorkflowResponse>,
    ) -> Result<Response<pb::CompleteTaskResponse>, Status> {
        self.answer("CompleteWorkflowTask", request, Call::Workflow, |_| pb::CompleteTaskResponse {}).await
    }

    async fn get_instance_history(
        &self,
        request: Request<pb::GetInstanceHistoryRequest>,
    ) -> Result<Response<pb::GetInstanceHistoryResponse>, Status> {
        let result = |script: &mut Script| pb::GetInstanceHistoryResponse { events: script.history.clone() };
        self.answer("GetInstanceHistory", request, |message| Call::History(message.instance_id), result).await
    }

    async fn list_instance_i_ds(
        &self,
        request: Request<pb::ListInstanceIDsRequest>,
    ) -> Result<Response<pb::ListInstanceIDsResponse>, Status> {
        let result = |script: &mut Script| {
            if script.pages.is_empty() { Default::default() } else { script.pages.remove(0) }
        };
        self.answer("ListInstanceIDs", request, Call::List, result).await
    }

    async fn start_instance(
        &self,
        request: Request<pb::CreateInstanceRequest>,
    ) -> Result<Response<pb::CreateInstanceResponse>, Status> {
        let instance_id = request.get_ref().instance_id.clone();
        self.answer("StartInstance", request, Call::Start, |_| pb::CreateInstanceResponse { instance_id })
            .await
    }

    async fn get_instance(
        &self,
        request: Request<pb::GetInstanceRequest>,
    ) -> Result<Response<pb::GetInstanceResponse>, Status> {
        let id = request.get_ref().instance_id.clone();
        self.answer(
            "GetInstance",
            request,
            |message| Call::Get(message.instance_id),
            |script| instance(script, &id),
        )
        .await
    }

    async fn wait_for_instance_start(
        &self,
        request: Request<pb::GetInstanceRequest>,
    ) -> Result<Response<pb::GetInstanceResponse>, Status> {
        let id = request.get_ref().instance_id.clone();
        let call = |message: pb::GetInstanceRequest| Call::Wait(message.instance_id);
        self.answer("WaitForInstanceStart", request, call, |script| instance(script, &id)).await
    }

    async fn wait_for_instance_completion(
        &self,
        request: Request<pb::GetInstanceRequest>,
    ) -> Result<Response<pb::GetInstanceResponse>, Status> {
        let id = request.get_ref().instance_id.clone();
        let call = |message: pb::GetInstanceRequest| Call::Wait(message.instance_id);
        self.answer("WaitForInstanceCompletion", request, call, |script| instance(script, &id)).await
    }

    async fn raise_event(
        &self,
        request: Request<pb::RaiseEventRequest>,
    ) -> Result<Response<pb::RaiseEventResponse>, Status> {
        self.answer("RaiseEvent", request, Call::Raise, |_| pb::RaiseEventResponse {}).await
    }

    async fn terminate_instance(
        &self,
        request: Request<pb::TerminateRequest>,
    ) -> Result<Response<pb::TerminateResponse>, Status> {
        self.answer("TerminateInstance", request, Call::Terminate, |_| pb::TerminateResponse {}).await
    }

    async fn suspend_instance(
        &self,
        request: Request<pb::SuspendRequest>,
    ) -> Result<Response<pb::SuspendResponse>, Status> {
        self.answer("SuspendInstance", request, Call::Suspend, |_| pb::SuspendResponse {}).await
    }

    async fn resume_instance(
        &self,
        request: Request<pb::ResumeRequest>,
    ) -> Result<Response<pb::ResumeResponse>, Status> {
        self.answer("ResumeInstance", request, Call::Resume, |_| pb::ResumeResponse {}).await
    }

    async fn purge_instances(
        &self,
        request: Request<pb::PurgeInstancesRequest>,
    ) -> Result<Response<pb::PurgeInstancesResponse>, Status> {
        let result = |script: &mut Script| pb::PurgeInstancesResponse {
            deleted_instance_count: script.purged,
            is_complete: None,
        };
        self.answer("PurgeInstances", request, Call::Purge, result).await
    }

    async fn rerun_workflow_from_event(
        &self,
        request: Request<pb::RerunWorkflowFromEventRequest>,
    ) -> Result<Response<pb::RerunWorkflowFromEventResponse>, Status> {
        let new_instance_id =
            request.get_ref().new_instance_id.clone().unwrap_or_else(|| "made-up".to_owned());
        let result = |_: &mut Script| pb::RerunWorkflowFromEventResponse { new_instance_id };
        self.answer("RerunWorkflowFromEvent", request, Call::Rerun, result).await
    }
}
