//! The part of Dapr's general service that is served: state, workflow management and metadata.

use dacapo_proto::dapr::runtime::v1 as dapr;
use dapr::dapr_server::Dapr as DaprService;
use tonic::{Request, Response, Status};

use super::apps::Apps;
use super::status::unexpected_reply;
use super::{metadata, state, workflows};
use crate::core::{StateCommand, StateReply};
use crate::service::Service;

/// Dapr's general service.
#[derive(Clone)]
pub(super) struct Dapr {
    pub(super) service: Service,
    pub(super) apps: Apps,
}

impl Dapr {
    async fn write<M>(
        &self,
        request: Request<M>,
        command: impl FnOnce(M) -> Result<StateCommand, Status>,
    ) -> Result<Response<()>, Status> {
        let app = self.apps.of(&request);
        match state::execute(&self.service, &app, command(request.into_inner())?).await? {
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
        let app = self.apps.of(&request);
        match state::execute(&self.service, &app, StateCommand::Get(request.into_inner())).await? {
            StateReply::Value(value) => Ok(Response::new(value)),
            _ => Err(unexpected_reply()),
        }
    }

    async fn get_bulk_state(
        &self,
        request: Request<dapr::GetBulkStateRequest>,
    ) -> Result<Response<dapr::GetBulkStateResponse>, Status> {
        let app = self.apps.of(&request);
        match state::execute(&self.service, &app, StateCommand::GetBulk(request.into_inner())).await? {
            StateReply::Values(values) => Ok(Response::new(values)),
            _ => Err(unexpected_reply()),
        }
    }

    async fn save_state(&self, request: Request<dapr::SaveStateRequest>) -> Result<Response<()>, Status> {
        self.write(request, |mut save| {
            save.states.iter_mut().try_for_each(state::compact)?;
            Ok(StateCommand::Save(save))
        })
        .await
    }

    async fn delete_state(&self, request: Request<dapr::DeleteStateRequest>) -> Result<Response<()>, Status> {
        self.write(request, |delete| Ok(StateCommand::Delete(delete))).await
    }

    async fn delete_bulk_state(
        &self,
        request: Request<dapr::DeleteBulkStateRequest>,
    ) -> Result<Response<()>, Status> {
        let command = |delete: dapr::DeleteBulkStateRequest| {
            let dapr::DeleteBulkStateRequest { store_name, states } = delete;
            Ok(StateCommand::DeleteBulk { store: store_name, states })
        };
        self.write(request, command).await
    }

    async fn execute_state_transaction(
        &self,
        request: Request<dapr::ExecuteStateTransactionRequest>,
    ) -> Result<Response<()>, Status> {
        self.write(request, |mut transaction| {
            let mut items =
                transaction.operations.iter_mut().filter_map(|operation| operation.request.as_mut());
            items.try_for_each(state::compact)?;
            Ok(StateCommand::Transaction(transaction))
        })
        .await
    }

    async fn get_metadata(
        &self,
        request: Request<dapr::GetMetadataRequest>,
    ) -> Result<Response<dapr::GetMetadataResponse>, Status> {
        let app = self.apps.of(&request);
        Ok(Response::new(metadata::of(&self.service, &app).await))
    }

    async fn start_workflow_alpha1(
        &self,
        request: Request<dapr::StartWorkflowRequest>,
    ) -> Result<Response<dapr::StartWorkflowResponse>, Status> {
        self.start_workflow_beta1(request).await
    }

    async fn get_workflow_alpha1(
        &self,
        request: Request<dapr::GetWorkflowRequest>,
    ) -> Result<Response<dapr::GetWorkflowResponse>, Status> {
        self.get_workflow_beta1(request).await
    }

    async fn purge_workflow_alpha1(
        &self,
        request: Request<dapr::PurgeWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        self.purge_workflow_beta1(request).await
    }

    async fn terminate_workflow_alpha1(
        &self,
        request: Request<dapr::TerminateWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        self.terminate_workflow_beta1(request).await
    }

    async fn pause_workflow_alpha1(
        &self,
        request: Request<dapr::PauseWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        self.pause_workflow_beta1(request).await
    }

    async fn resume_workflow_alpha1(
        &self,
        request: Request<dapr::ResumeWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        self.resume_workflow_beta1(request).await
    }

    async fn raise_event_workflow_alpha1(
        &self,
        request: Request<dapr::RaiseEventWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        self.raise_event_workflow_beta1(request).await
    }

    async fn start_workflow_beta1(
        &self,
        request: Request<dapr::StartWorkflowRequest>,
    ) -> Result<Response<dapr::StartWorkflowResponse>, Status> {
        let (app, request) = workflows::address(&self.apps, request)?;
        Ok(Response::new(workflows::start(&self.service, &app, request).await?))
    }

    async fn get_workflow_beta1(
        &self,
        request: Request<dapr::GetWorkflowRequest>,
    ) -> Result<Response<dapr::GetWorkflowResponse>, Status> {
        let (app, request) = workflows::address(&self.apps, request)?;
        let instance_id = request.instance_id.clone();
        let missing = dapr::GetWorkflowResponse { instance_id, ..dapr::GetWorkflowResponse::default() };
        let found = workflows::get(&self.service, &app, request).await?;
        Ok(Response::new(found.unwrap_or(missing)))
    }

    async fn purge_workflow_beta1(
        &self,
        request: Request<dapr::PurgeWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        let (app, request) = workflows::address(&self.apps, request)?;
        Ok(Response::new(workflows::purge(&self.service, &app, request).await?))
    }

    async fn terminate_workflow_beta1(
        &self,
        request: Request<dapr::TerminateWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        let (app, request) = workflows::address(&self.apps, request)?;
        Ok(Response::new(workflows::terminate(&self.service, &app, request).await?))
    }

    async fn pause_workflow_beta1(
        &self,
        request: Request<dapr::PauseWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        let (app, request) = workflows::address(&self.apps, request)?;
        Ok(Response::new(workflows::pause(&self.service, &app, request).await?))
    }

    async fn resume_workflow_beta1(
        &self,
        request: Request<dapr::ResumeWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        let (app, request) = workflows::address(&self.apps, request)?;
        Ok(Response::new(workflows::resume(&self.service, &app, request).await?))
    }

    async fn raise_event_workflow_beta1(
        &self,
        request: Request<dapr::RaiseEventWorkflowRequest>,
    ) -> Result<Response<()>, Status> {
        let (app, request) = workflows::address(&self.apps, request)?;
        Ok(Response::new(workflows::raise(&self.service, &app, request).await?))
    }
}
