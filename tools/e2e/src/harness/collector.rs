//! A collector of traces, as Zipkin is one.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{HarnessError, free_port};

/// Takes spans in Zipkin's JSON form.
#[derive(Debug)]
pub struct Collector {
    port: u16,
    spans: Arc<Mutex<Vec<Span>>>,
    serving: JoinHandle<()>,
}

/// A span as it was sent.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// The trace, in hexadecimal digits.
    pub trace_id: String,
    /// The span's own id.
    pub id: String,
    /// The span that it is part of.
    pub parent_id: Option<String>,
    /// What it is about.
    pub name: String,
}

impl Collector {
    /// Starts a collector.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Io`] when its port cannot be opened.
    pub async fn start() -> Result<Self, HarnessError> {
        let port = free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).await;
        let listener = listener.map_err(HarnessError::io("opening a collector"))?;
        let spans = Arc::default();
        let serving = tokio::spawn(serve(listener, Arc::clone(&spans)));
        Ok(Self { port, spans, serving })
    }

    /// Where spans are sent.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/api/v2/spans", self.port)
    }

    /// A configuration resource of Dapr that sends every span here.
    pub fn configuration(&self) -> String {
        format!(
            "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {{name: tracing}}\nspec:\n  tracing:\n    \
             samplingRate: \"1\"\n    zipkin: {{endpointAddress: \"{}\"}}\n",
            self.address()
        )
    }

    /// The spans of one name so far.
    pub fn named(&self, name: &str) -> Vec<Span> {
        let spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        spans.iter().filter(|span| span.name == name).cloned().collect()
    }

    /// The spans of one trace so far.
    pub fn trace(&self, trace_id: &str) -> Vec<Span> {
        let spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner);
        spans.iter().filter(|span| span.trace_id == trace_id).cloned().collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, spans: Arc<Mutex<Vec<Span>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let spans = Arc::clone(&spans);
        let take = service_fn(move |request| take(request, Arc::clone(&spans)));
        let connection =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), take);
        tokio::spawn(connection);
    }
}

async fn take(
    request: Request<Incoming>,
    spans: Arc<Mutex<Vec<Span>>>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let taken = serde_json::from_slice::<Value>(&body).and_then(serde_json::from_value::<Vec<Span>>);
    let mut response = Response::new(Empty::new());
    match taken {
        Ok(taken) => {
            spans.lock().unwrap_or_else(PoisonError::into_inner).extend(taken);
            *response.status_mut() = StatusCode::ACCEPTED;
        }
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    Ok(response)
}
