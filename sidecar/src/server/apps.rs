//! Which app a request is for.

use std::collections::BTreeSet;
use std::sync::Arc;

use dacapo_proto::pb::{self, TaskRouter};
use tonic::codegen::http;
use tonic::{Request, Status};

/// The metadata key, and HTTP header, that names the app.
pub(super) const APP_ID: &str = "dapr-app-id";

/// The apps of a sidecar, as one of its ports serves them.
#[derive(Clone)]
pub(crate) struct Apps {
    /// The app of requests that name none.
    pub(crate) home: Arc<str>,
    pub(crate) served: Arc<BTreeSet<Arc<str>>>,
}

/// The app that the header of a request stands for; every request that reaches a handler has one.
#[derive(Clone)]
pub(super) struct App(pub(super) Arc<str>);

impl Apps {
    /// The app with this name; the app of the port when there is no name.
    pub(super) fn named(&self, name: Option<&str>) -> Result<Arc<str>, Status> {
        let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(self.home.clone()) };
        self.served.get(name).cloned().ok_or_else(|| {
            let served = self.served.iter().map(|app| &**app).collect::<Vec<_>>().join("', '");
            Status::failed_precondition(format!(
                "the app '{name}' is not served by this sidecar, which serves '{served}'; start the sidecar with \
                 `--app {name}` too, or use the sidecar of that app"
            ))
        })
    }

    /// The app that the headers name.
    pub(super) fn of_headers(&self, headers: &http::HeaderMap) -> Result<Arc<str>, Status> {
        let named = headers.get(APP_ID).map(http::HeaderValue::to_str).transpose();
        self.named(named.map_err(|_| Status::invalid_argument("the header dapr-app-id is not plain text"))?)
    }

    /// The app of a request, and its message: the message may name another app than the header does.
    pub(super) fn address<M: Addressed>(&self, request: Request<M>) -> Result<(Arc<str>, M), Status> {
        let app = self.of(&request);
        let message = request.into_inner();
        match message.app().filter(|target| !target.is_empty()) {
            None => Ok((app, message)),
            target => Ok((self.named(target)?, message)),
        }
    }

    /// The app that the header of a request names.
    pub(super) fn of<M>(&self, request: &Request<M>) -> Arc<str> {
        request.extensions().get::<App>().map_or_else(|| self.home.clone(), |app| app.0.clone())
    }
}

/// A message that can name the app it is for.
pub(super) trait Addressed {
    fn app(&self) -> Option<&str>;
}

fn target(router: Option<&TaskRouter>) -> Option<&str> {
    router?.target_app_id.as_deref()
}

macro_rules! routed {
    ($($message:ident)*) => {
        $(impl Addressed for pb::$message {
            fn app(&self) -> Option<&str> {
                target(self.router.as_ref())
            }
        })*
    };
}

routed! {
    CreateInstanceRequest GetInstanceRequest RaiseEventRequest TerminateRequest SuspendRequest ResumeRequest
    PurgeInstancesRequest RerunWorkflowFromEventRequest
}
