//! HTTP as the scenarios need it: small requests to a server on this machine.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

use super::HarnessError;

const DEADLINE: Duration = Duration::from_secs(30);

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// Sends a GET request.
///
/// # Errors
///
/// [`HarnessError::Http`] when there is no answer.
pub async fn get(url: &str) -> Result<Answer, HarnessError> {
    send(Method::GET, url, &[], String::new()).await
}

/// Sends a POST request with a body.
///
/// # Errors
///
/// [`HarnessError::Http`] when there is no answer.
pub async fn post(url: &str, body: impl Into<String>) -> Result<Answer, HarnessError> {
    send(Method::POST, url, &[], body.into()).await
}

/// Sends a request with headers.
///
/// # Errors
///
/// [`HarnessError::Http`] when there is no answer.
pub async fn send(
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Result<Answer, HarnessError> {
    let failed =
        |reason: String| HarnessError::Http { method: method.to_string(), url: url.to_owned(), reason };
    let mut request = Request::builder().method(&method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::from(body))).map_err(|error| failed(error.to_string()))?;
    let client: Client<HttpConnector, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let exchange = async {
        let response = client.request(request).await.map_err(|error| failed(error.to_string()))?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|error| failed(error.to_string()))?;
        Ok(Answer { status, body: String::from_utf8_lossy(&body.to_bytes()).into_owned() })
    };
    timeout(DEADLINE, exchange).await.map_err(|_| failed(format!("no answer within {DEADLINE:?}")))?
}

/// Whether a GET request is answered with success.
pub(crate) async fn is_healthy(url: &str) -> bool {
    get(url)
        .await
        .is_ok_and(|answer| StatusCode::from_u16(answer.status).is_ok_and(|status| status.is_success()))
}
