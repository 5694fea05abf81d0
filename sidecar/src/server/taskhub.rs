//! The workflow service.
//! See docs/protocol.md, "Client calls".

use dacapo_proto::pb::task_hub_sidecar_service_server::TaskHubSidecarService;
use dacapo_proto::pb::{self, WorkerCapability};
use tonic::{Request, Response, Status};

use super::apps::Apps;
use super::status::unexpected_reply;
use crate::core::{Command, Reply, WorkerMemory};
use crate::service::{Service, WorkStream};

/// The workflow service.
#[derive(Clone)]
pub(super) struct TaskHub {
    pub(super) service: Service,
    pub(super) apps: Apps,
}

/// Awaits the reply to a command and takes it out of its variant.
macro_rules! call {
    ($hub:expr, $app:expr, $command:expr, $pattern:pat => $value:expr) => {
        match $hub.service.call(&$app, $command).await? {
            $pattern => Ok(Response::new($value)),
            _ => Err(unexpected_reply()),
        }
    };
}

#[tonic::async_trait]
impl TaskHubSidecarService for TaskHub {
    type GetWorkItemsStream = WorkStream;

    async fn hello(&self, _: Request<()>) -> Result<Response<()>, Status> {
        Ok(Response::new(()))
    }

    async fn start_instance(
        &self,
        request: Request<pb::CreateInstanceRequest>,
    ) -> Result<Response<pb::CreateInstanceResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::Start(request), Reply::Started(started) => started)
    }

    async fn get_instance(
        &self,
        request: Request<pb::GetInstanceRequest>,
    ) -> Result<Response<pb::GetInstanceResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::Get(request), Reply::Instance(instance) => *instance)
    }

    async fn wait_for_instance_start(
        &self,
        request: Request<pb::GetInstanceRequest>,
    ) -> Result<Response<pb::GetInstanceResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::WaitForStart(request), Reply::Instance(instance) => *instance)
    }

    async fn wait_for_instance_completion(
        &self,
        request: Request<pb::GetInstanceRequest>,
    ) -> Result<Response<pb::GetInstanceResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::WaitForCompletion(request), Reply::Instance(instance) => *instance)
    }

    async fn raise_event(
        &self,
        request: Request<pb::RaiseEventRequest>,
    ) -> Result<Response<pb::RaiseEventResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::Raise(request), Reply::Done => pb::RaiseEventResponse {})
    }

    async fn terminate_instance(
        &self,
        request: Request<pb::TerminateRequest>,
    ) -> Result<Response<pb::TerminateResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::Terminate(request), Reply::Done => pb::TerminateResponse {})
    }

    async fn suspend_instance(
        &self,
        request: Request<pb::SuspendRequest>,
    ) -> Result<Response<pb::SuspendResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::Suspend(request), Reply::Done => pb::SuspendResponse {})
    }

    async fn resume_instance(
        &self,
        request: Request<pb::ResumeRequest>,
    ) -> Result<Response<pb::ResumeResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::Resume(request), Reply::Done => pb::ResumeResponse {})
    }

    async fn purge_instances(
        &self,
        request: Request<pb::PurgeInstancesRequest>,
    ) -> Result<Response<pb::PurgeInstancesResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::Purge(request), Reply::Purged(purged) => purged)
    }

    async fn get_work_items(
        &self,
        request: Request<pb::GetWorkItemsRequest>,
    ) -> Result<Response<WorkStream>, Status> {
        let app = self.apps.of(&request);
        let remembers =
            request.into_inner().capabilities().any(|able| able == WorkerCapability::StatefulHistory);
        let memory = if remembers { WorkerMemory::Histories } else { WorkerMemory::None };
        Ok(Response::new(self.service.open(&app, memory).await?))
    }

    async fn complete_activity_task(
        &self,
        request: Request<pb::ActivityResponse>,
    ) -> Result<Response<pb::CompleteTaskResponse>, Status> {
        let app = self.apps.of(&request);
        let command = Command::CompleteActivity(request.into_inner());
        call!(self, app, command, Reply::Done => pb::CompleteTaskResponse {})
    }

    async fn complete_orchestrator_task(
        &self,
        request: Request<pb::WorkflowResponse>,
    ) -> Result<Response<pb::CompleteTaskResponse>, Status> {
        self.complete_workflow_task(request).await
    }

    async fn complete_workflow_task(
        &self,
        request: Request<pb::WorkflowResponse>,
    ) -> Result<Response<pb::CompleteTaskResponse>, Status> {
        let app = self.apps.of(&request);
        let command = Command::CompleteWorkflow(request.into_inner());
        call!(self, app, command, Reply::Done => pb::CompleteTaskResponse {})
    }

    async fn rerun_workflow_from_event(
        &self,
        request: Request<pb::RerunWorkflowFromEventRequest>,
    ) -> Result<Response<pb::RerunWorkflowFromEventResponse>, Status> {
        let (app, request) = self.apps.address(request)?;
        call!(self, app, Command::Rerun(request), Reply::Rerun(rerun) => rerun)
    }

    async fn list_instance_i_ds(
        &self,
        request: Request<pb::ListInstanceIDsRequest>,
    ) -> Result<Response<pb::ListInstanceIDsResponse>, Status> {
        let app = self.apps.of(&request);
        call!(self, app, Command::List(request.into_inner()), Reply::Listed(listed) => listed)
    }

    async fn get_instance_history(
        &self,
        request: Request<pb::GetInstanceHistoryRequest>,
    ) -> Result<Response<pb::GetInstanceHistoryResponse>, Status> {
        let app = self.apps.of(&request);
        call!(self, app, Command::History(request.into_inner()), Reply::History(history) => history)
    }
}
