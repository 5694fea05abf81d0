//! The part of Dapr's general service that is served: state, workflow management and metadata.

use std::sync::Arc;

use dacapo_proto::dapr::runtime::v1 as dapr;
use dapr::dapr_server::Dapr as DaprService;
use tonic::{Request, Response, Status};

use super::status::unexpected_reply;
use super::workflows;
use crate::core::{Command, Reply, StateCommand, StateReply};
use crate::service::Service;

/// Dapr's general service for one app.
#[derive(Clone)]
pub(super) struct Dapr {
    pub(super) service: Service,
    pub(super) app: Arc<str>,
}

impl Dapr {
    async fn state(&self, command: StateCommand) -> Result<StateReply, Status> {
        match self.service.call(&self.app, Command::State(command)).await? {
            Reply::State(reply) => Ok(reply),
            _ => Err(unexpected_reply()),
        }
    }

    async fn write(&self, command: StateCommand) -> Result<Response<()>, Status> {
        match self.state(command).await? {
            StateReply::Done => Ok(Response::new(())),
            _ => Err(unexpected_reply()),
        }
    }
}

#[tonic::async_trait]
impl DaprService for Dapr {
    async fn get_state(
        &self,
        request: Request<dapr::GetStateRequest>,
    ) -> Result<Response<dapr::GetStateResponse>, Status> {
        match self.state(StateCommand::Get(request.into_inner())).await? {
            StateReply::Value(value) => Ok(Response::new(value)),
            _ => Err(unexpected_reply()),
        }
    }

    async fn get_bulk_state(
        &self,
        request: Request<dapr::GetBulkStateRequest>,
    ) -> Result<Response<dapr::GetBulkStateResponse>, Status> {
        match self.state(StateCommand::GetBulk(request.into_inner())).await? {
            StateReply::Values(values) => Ok(Response::new(values)),
            _ => Err(unexpected_reply()),
        }
    }

    async fn save_state(&self, request: Request<dapr::SaveStateRequest>) -> Result<Response<()>, Status> {
        self.write(StateCommand::Save(request.into_inner())).await
    }

    async fn delete_state(&self, request: Request<dapr::DeleteStateRequest>) -> Result<Response<()>, Status> {
        self.write(StateCommand::Delete(request.into_inner())).await
    }

    async fn delete_bulk_state(
        &self,
        request: Request<dapr::DeleteBulkStateRequest>,
    ) -> Result<Response<()>, Status> {
        let dapr::DeleteBulkStateRequest { store_name, states } = request.into_inner();
        self.write(StateCommand::DeleteBulk { store: store_name, states }).await
    }

    async fn execute_state_transaction(
        &self,
        request: Request<dapr::ExecuteStateTransactionRequest>,
    ) -> Result<Response<()>, Status> {
        self.write(StateCommand::Transaction(request.into_inner())).await
    }

    async fn get_metadata(
        &self,
        _: Request<dapr::GetMetadataRequest>,
    ) -> Result<Response<dapr::GetMetadataResponse>, Status> {
        let workers = self.service.workers(&self.app).await;
        let workflows =
            dapr::MetadataWorkflows { connected_workers: i32::try_from(workers).unwrap_or(i32::MAX) };
        Ok(Response::new(dapr::GetMetadataResponse {
            id: self.app.to_string(),
            runtime_version: format!("dacapo-sidecar {}", env!("CARGO_PKG_VERSION")),
            workflows: Some(workflows),
            ..dapr::GetMetadataResponse::default()
        }))
    }

    async fn start_workflow_alpha1(
        &self,
        request: Request<dapr::StartWorkflowRequest>,
    ) -> Result<Response<dapr::StartWorkflowResponse>, Status> {
        workflows::start(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn get_workflow_alpha1(
        &self,
        request: Request<dapr::GetWorkflowRequest>,
    ) -> Result<Response<dapr::GetWorkflowResponse>, Status> {
        workflows::get(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn purge_workflow_alpha1(
        &self,
        request: Request<dapr::PurgeWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::purge(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn terminate_workflow_alpha1(
        &self,
        request: Request<dapr::TerminateWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::terminate(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn pause_workflow_alpha1(
        &self,
        request: Request<dapr::PauseWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::pause(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn resume_workflow_alpha1(
        &self,
        request: Request<dapr::ResumeWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::resume(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn raise_event_workflow_alpha1(
        &self,
        request: Request<dapr::RaiseEventWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::raise(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn start_workflow_beta1(
        &self,
        request: Request<dapr::StartWorkflowRequest>,
    ) -> Result<Response<dapr::StartWorkflowResponse>, Status> {
        workflows::start(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn get_workflow_beta1(
        &self,
        request: Request<dapr::GetWorkflowRequest>,
    ) -> Result<Response<dapr::GetWorkflowResponse>, Status> {
        workflows::get(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn purge_workflow_beta1(
        &self,
        request: Request<dapr::PurgeWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::purge(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn terminate_workflow_beta1(
        &self,
        request: Request<dapr::TerminateWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::terminate(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn pause_workflow_beta1(
        &self,
        request: Request<dapr::PauseWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::pause(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn resume_workflow_beta1(
        &self,
        request: Request<dapr::ResumeWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::resume(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }

    async fn raise_event_workflow_beta1(
        &self,
        request: Request<dapr::RaiseEventWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        workflows::raise(&self.service, &self.app, request.into_inner()).await.map(Response::new)
    }
}
