//! The sidecars that are compared: a process, clients of its APIs, and one worker's stream whose items are sorted by
//! scenario.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use dacapo_proto::dapr::runtime::v1::dapr_client::DaprClient;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use dacapo_proto::pb::work_item::Request;
use dacapo_proto::pb::{GetWorkItemsRequest, WorkItem};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

use crate::harness::{App, HarnessError, Process, free_port};

const READY_WITHIN: Duration = Duration::from_secs(60);
const RETRY: Duration = Duration::from_millis(100);
const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Which sidecar it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Who {
    /// `dacapo-sidecar`.
    Ours,
    /// daprd.
    Daprd,
    /// durabletask-go on its own SQLite file.
    Standalone,
}

impl Who {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ours => "dacapo-sidecar",
            Self::Daprd => "daprd",
            Self::Standalone => "durabletask-go",
        }
    }
}

enum Backend {
    App(Box<App>),
    Standalone(Process),
}

/// One sidecar under comparison.
pub(super) struct Side {
    pub(super) who: Who,
    port: u16,
    http: Option<String>,
    clients: Channel,
    desk: Arc<Desk>,
    worker: Mutex<Option<JoinHandle<()>>>,
    backend: Mutex<Backend>,
}

impl Side {
    /// A sidecar that runs already.
    pub(super) fn app(who: Who, app: App, http: String) -> Self {
        let port = app.grpc_port();
        Self::new(who, port, Some(http), Backend::App(Box::new(app)))
    }

    /// durabletask-go's own sidecar on a new file.
    pub(super) async fn standalone(program: &Path, folder: &Path, name: &str) -> Result<Self, HarnessError> {
        let port = free_port();
        let log = folder.join(format!("{name}.log"));
        let mut process = Process::new(format!("durabletask-go ({name})"), program, log);
        let file = folder.join(format!("{name}.db"));
        process.set_arguments([
            format!("--port={port}"),
            "--host=127.0.0.1".to_owned(),
            format!("--db={}", file.display()),
        ]);
        start_standalone(&mut process, port).await?;
        Ok(Self::new(Who::Standalone, port, None, Backend::Standalone(process)))
    }

    fn new(who: Who, port: u16, http: Option<String>, backend: Backend) -> Self {
        Self {
            who,
            port,
            http,
            clients: channel(port),
            desk: Arc::default(),
            worker: Mutex::new(None),
            backend: Mutex::new(backend),
        }
    }

    pub(super) fn hub(&self) -> TaskHubSidecarServiceClient<Channel> {
        TaskHubSidecarServiceClient::new(self.clients.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }

    pub(super) fn dapr(&self) -> DaprClient<Channel> {
        DaprClient::new(self.clients.clone())
    }

    /// The address of the HTTP API, if there is one.
    pub(super) fn http(&self) -> Option<&str> {
        self.http.as_deref()
    }

    /// The work items of the instances with a prefix, from now on.
    pub(super) fn items_of(&self, prefix: &str) -> UnboundedReceiver<WorkItem> {
        let (sender, items) = unbounded_channel();
        self.desk.lock().insert(prefix.to_owned(), sender);
        items
    }

    /// Ends the worker's stream: when this returns, no more items come.
    pub(super) async fn disconnect(&self) {
        if let Some(old) = self.worker.lock().await.take() {
            old.abort();
            // It was aborted, or had panicked; either way it is over.
            let _ = old.await;
        }
    }

    /// Opens the worker's stream and waits until the sidecar hosts its workflows.
    pub(super) async fn connect(&self) -> Result<(), String> {
        *self.worker.lock().await = Some(tokio::spawn(work(channel(self.port), Arc::clone(&self.desk))));
        match &*self.backend.lock().await {
            Backend::App(app) => app.wait_until_connected().await.map_err(|error| error.to_string()),
            Backend::Standalone(_) => Ok(()),
        }
    }

    /// Kills the sidecar and starts it again on the same data.
    pub(super) async fn restart(&self) -> Result<(), HarnessError> {
        match &mut *self.backend.lock().await {
            Backend::App(app) => {
                app.kill();
                app.start().await
            }
            Backend::Standalone(process) => {
                process.kill();
                start_standalone(process, self.port).await
            }
        }
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.get_mut().take() {
            worker.abort();
        }
    }
}

async fn start_standalone(process: &mut Process, port: u16) -> Result<(), HarnessError> {
    process.start()?;
    let listens = || async move { TcpStream::connect(("127.0.0.1", port)).await.is_ok() };
    process.wait_until(READY_WITHIN, listens).await
}

fn channel(port: u16) -> Channel {
    Endpoint::from_shared(format!("http://127.0.0.1:{port}"))
        .expect("a loopback address is valid")
        .connect_lazy()
}

/// Sorts work items by the scenario that their instance belongs to.
#[derive(Default)]
struct Desk(std::sync::Mutex<HashMap<String, UnboundedSender<WorkItem>>>);

impl Desk {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, UnboundedSender<WorkItem>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Items of scenarios that are over stay unanswered.
    fn deliver(&self, item: WorkItem) {
        let id = match &item.request {
            Some(Request::WorkflowRequest(turn)) => turn.instance_id.as_str(),
            Some(Request::ActivityRequest(activity)) => {
                activity.workflow_instance.as_ref().map_or("", |instance| &instance.instance_id)
            }
            None => "",
        };
        let prefix = id.split_inclusive('_').next().unwrap_or_default();
        if let Some(sender) = self.lock().get(prefix) {
            // Its receiver may be gone by now.
            let _ = sender.send(item);
        }
    }
}

async fn work(channel: Channel, desk: Arc<Desk>) {
    let mut hub = TaskHubSidecarServiceClient::new(channel).max_decoding_message_size(MESSAGE_BYTES_MAX);
    loop {
        if let Ok(stream) = hub.get_work_items(GetWorkItemsRequest::default()).await {
            let mut stream = stream.into_inner();
            while let Ok(Some(item)) = stream.message().await {
                desk.deliver(item);
            }
        }
        tokio::time::sleep(RETRY).await;
    }
}
