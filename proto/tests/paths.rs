//! The paths that clients call. daprd recognises the workflow API by them, so they are part of the contract.

use core::{
    future::{Future, Ready, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};
use std::sync::{Arc, Mutex};

use dacapo_proto::{
    dapr::runtime::v1::{self as runtime, dapr_client::DaprClient},
    pb::{self, task_hub_sidecar_service_client::TaskHubSidecarServiceClient},
};
use tonic::{body::Body, codegen::Service, codegen::http};

/// A channel that remembers the path of each request and answers none.
#[derive(Clone, Default)]
struct Recorder {
    paths: Arc<Mutex<Vec<String>>>,
}

impl Service<http::Request<Body>> for Recorder {
    type Response = http::Response<Body>;
    type Error = std::io::Error;
    type Future = Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        self.paths.lock().expect("no test panics while it holds this").push(request.uri().path().to_owned());
        ready(Err(std::io::Error::other("nobody is there")))
    }
}

/// The recorder is always ready, so one poll is enough.
fn run<T>(call: impl Future<Output = Result<T, tonic::Status>>) {
    let polled = pin!(call).poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Ready(Err(_))), "the recorder answered");
}

macro_rules! paths_called {
    ($client:ident { $($method:ident($request:ty))* }) => {{
        let recorder = Recorder::default();
        let mut client = $client::new(recorder.clone());
        $(run(client.$method(<$request>::default()));)*
        recorder.paths.lock().expect("no call panicked").clone()
    }};
}

#[test]
fn the_workflow_service_has_no_package() {
    use pb::*;
    let paths = paths_called!(TaskHubSidecarServiceClient {
        hello(())
        start_instance(CreateInstanceRequest)
        get_instance(GetInstanceRequest)
        wait_for_instance_start(GetInstanceRequest)
        wait_for_instance_completion(GetInstanceRequest)
        raise_event(RaiseEventRequest)
        terminate_instance(TerminateRequest)
        suspend_instance(SuspendRequest)
        resume_instance(ResumeRequest)
        purge_instances(PurgeInstancesRequest)
        get_work_items(GetWorkItemsRequest)
        complete_activity_task(ActivityResponse)
        complete_orchestrator_task(WorkflowResponse)
        complete_workflow_task(WorkflowResponse)
        rerun_workflow_from_event(RerunWorkflowFromEventRequest)
        list_instance_i_ds(ListInstanceIDsRequest)
        get_instance_history(GetInstanceHistoryRequest)
    });
    assert_eq!(
        paths,
        [
            "/TaskHubSidecarService/Hello",
            "/TaskHubSidecarService/StartInstance",
            "/TaskHubSidecarService/GetInstance",
            "/TaskHubSidecarService/WaitForInstanceStart",
            "/TaskHubSidecarService/WaitForInstanceCompletion",
            "/TaskHubSidecarService/RaiseEvent",
            "/TaskHubSidecarService/TerminateInstance",
            "/TaskHubSidecarService/SuspendInstance",
            "/TaskHubSidecarService/ResumeInstance",
            "/TaskHubSidecarService/PurgeInstances",
            "/TaskHubSidecarService/GetWorkItems",
            "/TaskHubSidecarService/CompleteActivityTask",
            "/TaskHubSidecarService/CompleteOrchestratorTask",
            "/TaskHubSidecarService/CompleteWorkflowTask",
            "/TaskHubSidecarService/RerunWorkflowFromEvent",
            "/TaskHubSidecarService/ListInstanceIDs",
            "/TaskHubSidecarService/GetInstanceHistory",
        ]
    );
}

#[test]
fn the_general_service_has_daprs_package() {
    use runtime::*;
    let paths = paths_called!(DaprClient {
        get_state(GetStateRequest)
        get_bulk_state(GetBulkStateRequest)
        save_state(SaveStateRequest)
        delete_state(DeleteStateRequest)
        delete_bulk_state(DeleteBulkStateRequest)
        execute_state_transaction(ExecuteStateTransactionRequest)
        get_metadata(GetMetadataRequest)
        start_workflow_alpha1(StartWorkflowRequest)
        get_workflow_alpha1(GetWorkflowRequest)
        purge_workflow_alpha1(PurgeWorkflowRequest)
        terminate_workflow_alpha1(TerminateWorkflowRequest)
        pause_workflow_alpha1(PauseWorkflowRequest)
        resume_workflow_alpha1(ResumeWorkflowRequest)
        raise_event_workflow_alpha1(RaiseEventWorkflowRequest)
        start_workflow_beta1(StartWorkflowRequest)
        get_workflow_beta1(GetWorkflowRequest)
        purge_workflow_beta1(PurgeWorkflowRequest)
        terminate_workflow_beta1(TerminateWorkflowRequest)
        pause_workflow_beta1(PauseWorkflowRequest)
        resume_workflow_beta1(ResumeWorkflowRequest)
        raise_event_workflow_beta1(RaiseEventWorkflowRequest)
    });
    let methods = [
        "GetState",
        "GetBulkState",
        "SaveState",
        "DeleteState",
        "DeleteBulkState",
        "ExecuteStateTransaction",
        "GetMetadata",
        "StartWorkflowAlpha1",
        "GetWorkflowAlpha1",
        "PurgeWorkflowAlpha1",
        "TerminateWorkflowAlpha1",
        "PauseWorkflowAlpha1",
        "ResumeWorkflowAlpha1",
        "RaiseEventWorkflowAlpha1",
        "StartWorkflowBeta1",
        "GetWorkflowBeta1",
        "PurgeWorkflowBeta1",
        "TerminateWorkflowBeta1",
        "PauseWorkflowBeta1",
        "ResumeWorkflowBeta1",
        "RaiseEventWorkflowBeta1",
    ];
    assert_eq!(paths, methods.map(|method| format!("/dapr.proto.runtime.v1.Dapr/{method}")));
}

#[cfg(feature = "server")]
#[test]
fn servers_answer_under_the_same_names() {
    use pb::task_hub_sidecar_service_server::SERVICE_NAME as TASK_HUB;
    use runtime::dapr_server::SERVICE_NAME as DAPR;
    assert_eq!((TASK_HUB, DAPR), ("TaskHubSidecarService", "dapr.proto.runtime.v1.Dapr"));
}
