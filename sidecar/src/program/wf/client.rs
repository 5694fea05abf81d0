//! The connection to a sidecar, and what its refusals mean.

use std::future::Future;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use dacapo_proto::pb;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::codegen::http::{HeaderMap, HeaderName, HeaderValue, Request};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

use super::Target;
use crate::program::Failure;

/// A sidecar to ask.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) hub: TaskHubSidecarServiceClient<WithHeaders>,
    timeout: Duration,
}

/// A connection that sends the same headers with every call.
#[derive(Clone)]
pub(super) struct WithHeaders {
    channel: Channel,
    headers: HeaderMap,
}

impl Service<Request<Body>> for WithHeaders {
    type Response = <Channel as Service<Request<Body>>>::Response;
    type Error = <Channel as Service<Request<Body>>>::Error;
    type Future = <Channel as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.channel.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        request.headers_mut().extend(headers);
        self.channel.call(request)
    }
}

impl Client {
    pub(super) async fn connect(target: &Target) -> Result<Self, Failure> {
        let address = address(target)?;
        let silent = |error: &dyn std::fmt::Display| {
            format!(
                "no Dapr sidecar answers at {address} ({error}); start one with `dapr run` or `dacapo-sidecar`, or \
                 set --endpoint or --port"
            )
        };
        let endpoint = Endpoint::from_shared(address.clone()).map_err(|error| silent(&error))?;
        let channel = endpoint.connect_timeout(target.timeout).connect().await.map_err(|error| {
            let cause =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            silent(&cause)
        })?;
        let hub = TaskHubSidecarServiceClient::new(WithHeaders { channel, headers: headers(target)? })
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX);
        Ok(Self { hub, timeout: target.timeout })
    }

    /// A request with the deadline that the user set.
    pub(super) fn request<M>(&self, message: M) -> tonic::Request<M> {
        let mut request = tonic::Request::new(message);
        request.set_timeout(self.timeout);
        request
    }

    /// The state of an instance, if there is one.
    pub(super) async fn state(&self, id: &str, payloads: bool) -> Result<Option<pb::WorkflowState>, Failure> {
        let get =
            pb::GetInstanceRequest { instance_id: id.into(), get_inputs_and_outputs: payloads, router: None };
        let answer = self.hub.clone().get_instance(self.request(get)).await;
        let answer = answer.map_err(|status| refused(&format!("reading '{id}'"), &status))?.into_inner();
        Ok(answer.workflow_state.filter(|_| answer.exists))
    }

    /// The state of an instance that must be there.
    pub(super) async fn known(&self, id: &str) -> Result<pb::WorkflowState, Failure> {
        self.state(id, true).await?.ok_or_else(|| missing(id))
    }

    /// The encoded events of an instance.
    pub(super) async fn history(&self, id: &str) -> Result<Vec<Bytes>, Failure> {
        let request = pb::GetInstanceHistoryRequest { instance_id: id.into() };
        let answer = self.hub.clone().get_instance_history(self.request(request)).await;
        match answer {
            Ok(history) => Ok(history.into_inner().events),
            Err(status) if status.code() == Code::NotFound => Err(missing(id)),
            Err(status) => Err(refused(&format!("reading the history of '{id}'"), &status)),
        }
    }

    /// Awaits a call, and says what it was for when it is refused.
    pub(super) async fn ask<T>(
        &self,
        doing: &str,
        call: impl Future<Output = Result<tonic::Response<T>, Status>>,
    ) -> Result<T, Failure> {
        call.await.map(tonic::Response::into_inner).map_err(|status| refused(doing, &status))
    }
}

/// The address as tonic takes it.
fn address(target: &Target) -> Result<String, Failure> {
    let Some(endpoint) = target.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty()) else {
        return Ok(format!("http://127.0.0.1:{}", target.port));
    };
    if endpoint.starts_with("https://") {
        return Err(format!(
            "{endpoint} needs TLS, which `wf` does not speak; use the sidecar's http address"
        )
        .into());
    }
    let plain = endpoint.strip_prefix("dns:").unwrap_or(endpoint);
    Ok(if plain.contains("://") { plain.into() } else { format!("http://{plain}") })
}

fn headers(target: &Target) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    if let Some(token) = std::env::var("DAPR_API_TOKEN").ok().filter(|token| !token.is_empty()) {
        let token = HeaderValue::try_from(token).map_err(|_| "DAPR_API_TOKEN is not plain text")?;
        headers.insert(HeaderName::from_static("dapr-api-token"), token);
    }
    if let Some(app) = &target.app_id {
        let app = HeaderValue::try_from(app).map_err(|_| "--app-id is not plain text")?;
        headers.insert(HeaderName::from_static("dapr-app-id"), app);
    }
    Ok(headers)
}

pub(super) fn missing(id: &str) -> Failure {
    format!("there is no instance '{id}'; `dacapo-sidecar wf list` shows those that there are").into()
}

/// A refused call, in words that say what to do where that is known.
pub(super) fn refused(doing: &str, status: &Status) -> Failure {
    let message = status.message();
    if is_unknown_method(status) {
        let text = "this sidecar is too old; listing and histories need Dapr 1.17, rerun needs 1.16";
        return format!("{doing} failed: {text}").into();
    }
    if needs_worker(message) {
        return format!(
            "{doing} failed: daprd can do it only while a worker of the app is connected; start one"
        )
        .into();
    }
    match status.code() {
        _ if ran_out(status) => {
            format!("{doing} took too long; is a worker connected? --timeout sets how long to wait").into()
        }
        Code::Unauthenticated => {
            format!("{doing} was refused ({message}); set DAPR_API_TOKEN to the sidecar's token").into()
        }
        code => format!("{doing} failed: {message} ({code:?})").into(),
    }
}

/// Whether daprd says that nobody hosts the workflows of the app.
fn needs_worker(message: &str) -> bool {
    message.contains("did not find address for actor")
        || (message.contains("actor type") && message.contains("not registered"))
}

/// Whether the time was up, here or there.
fn ran_out(status: &Status) -> bool {
    status.code() == Code::DeadlineExceeded
        || (status.code() == Code::Cancelled && status.message().contains("Timeout expired"))
}

/// Whether the sidecar does not have the method: older releases of daprd take it for another app's.
fn is_unknown_method(status: &Status) -> bool {
    status.code() == Code::Unimplemented
        || status.message().contains("required metadata dapr-callee-app-id or dapr-app-id not found")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::wf::Output;

    fn target(endpoint: Option<&str>) -> Target {
        let endpoint = endpoint.map(Into::into);
        let timeout = Duration::from_secs(1);
        Target { endpoint, port: 50007, app_id: None, output: Output::Table, timeout }
    }

    #[test]
    fn an_endpoint_is_taken_in_every_form() {
        let read = |endpoint| address(&target(endpoint)).unwrap();
        assert_eq!(read(None), "http://127.0.0.1:50007");
        assert_eq!(read(Some("")), "http://127.0.0.1:50007");
        assert_eq!(read(Some("dns:host:1")), "http://host:1");
        assert_eq!(read(Some("host:1")), "http://host:1");
        assert_eq!(read(Some("http://host:1")), "http://host:1");
        assert!(address(&target(Some("https://host:1"))).unwrap_err().to_string().contains("TLS"));
    }

    #[test]
    fn an_app_without_a_worker_is_named_as_such() {
        let status =
            Status::failed_precondition("api error: did not find address for actor 'dapr.internal.x/a'");
        assert!(refused("purging 'a'", &status).to_string().contains("a worker of the app is connected"));
    }

    #[test]
    fn a_method_that_an_old_daprd_does_not_know_is_named_as_such() {
        let old = "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found";
        for status in [Status::unknown(old), Status::unimplemented("unknown method")] {
            assert!(refused("listing", &status).to_string().contains("Dapr 1.17"), "{status}");
        }
    }
}
