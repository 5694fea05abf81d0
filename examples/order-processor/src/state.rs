//! A thin client of Dapr's state service.

use std::time::Duration;

use dacapo::{Connection, RuntimeError};
use dacapo_proto::dapr::common::v1::state_options::StateConcurrency;
use dacapo_proto::dapr::common::v1::{Etag, StateItem, StateOptions};
use dacapo_proto::dapr::runtime::v1::dapr_client::DaprClient;
use dacapo_proto::dapr::runtime::v1::{
    ExecuteStateTransactionRequest, GetStateRequest, SaveStateRequest, TransactionalStateOperation,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Request, Response, Status};

use crate::models::OrderError;

/// The component's name, as in Dapr's quickstart.
const STORE: &str = "statestore";

/// How long a call waits for a sidecar that is restarting, or that was reached and does not answer.
const PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(100);

type Dapr = DaprClient<InterceptedService<Channel, ApiToken>>;

/// The state store `statestore` of a sidecar. Values are JSON.
#[derive(Clone, Debug)]
pub struct StateStore {
    dapr: Dapr,
    patience: Duration,
}

/// A value, and the version of it that was read.
#[derive(Debug)]
pub struct Stored<T> {
    /// The value.
    pub value: T,
    /// Changes with every write.
    pub etag: String,
}

/// Why a call to the state store did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The store said no: another write came first, or there is no such store.
    #[error("{message}")]
    Refused {
        /// The store's words.
        message: String,
    },
    /// The sidecar did not answer.
    #[error("no sidecar answers: {message}")]
    Lost {
        /// What the transport says.
        message: String,
    },
    /// A stored value is not what it should be.
    #[error("the value of `{key}` is of another type: {error}")]
    Undecodable {
        /// The key.
        key: String,
        /// The decoder's words.
        error: serde_json::Error,
    },
    /// A value cannot be written as JSON.
    #[error("a value cannot be written as JSON: {0}")]
    Unencodable(#[source] serde_json::Error),
}

impl From<StateError> for OrderError {
    fn from(error: StateError) -> Self {
        Self::Store(error.to_string())
    }
}

impl StateStore {
    /// The state store of the sidecar at `connection`.
    ///
    /// # Errors
    /// When the address or the API token cannot be used.
    pub fn new(connection: &Connection) -> Result<Self, RuntimeError> {
        let endpoint = endpoint(connection.endpoint()).map_err(|error| RuntimeError::InvalidEndpoint {
            setting: "the sidecar's address".to_owned(),
            value: connection.endpoint().to_owned(),
            reason: error.to_string(),
        })?;
        let token = std::env::var("DAPR_API_TOKEN").ok().and_then(|token| token.parse().ok());
        let dapr = DaprClient::with_interceptor(endpoint.connect_lazy(), ApiToken(token));
        Ok(Self { dapr, patience: PATIENCE })
    }

    /// The same store with another limit for how long each call may take.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The value of a key.
    ///
    /// # Errors
    /// [`StateError`], unless the key has no value.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<Stored<T>>, StateError> {
        let request =
            GetStateRequest { store_name: STORE.to_owned(), key: key.to_owned(), ..Default::default() };
        let response = self.call(request, async |mut dapr, request| dapr.get_state(request).await).await?;
        if response.data.is_empty() {
            return Ok(None);
        }
        let value = serde_json::from_slice(&response.data);
        let value = value.map_err(|error| StateError::Undecodable { key: key.to_owned(), error })?;
        Ok(Some(Stored { value, etag: response.etag }))
    }

    /// Writes a value unless the key has one already, and says whether it was written. When the answer is lost and
    /// the call is repeated, it may say no of its own write.
    ///
    /// # Errors
    /// [`StateError`].
    pub async fn insert<T: Serialize>(&self, key: &str, value: &T) -> Result<bool, StateError> {
        let states = vec![Write::insert(key, value)?.0];
        let request = SaveStateRequest { store_name: STORE.to_owned(), states };
        match self.call(request, async |mut dapr, request| dapr.save_state(request).await).await {
            Ok(()) => Ok(true),
            // Stores differ in how they say it, so the key is asked.
            Err(StateError::Refused { message }) => match self.get::<serde_json::Value>(key).await? {
                Some(_) => Ok(false),
                None => Err(StateError::Refused { message }),
            },
            Err(error) => Err(error),
        }
    }

    /// Does all writes, or none.
    ///
    /// # Errors
    /// [`StateError::Refused`] when another write came before one of these; also after a lost answer, when this one
    /// itself did.
    pub async fn transaction(&self, writes: impl IntoIterator<Item = Write>) -> Result<(), StateError> {
        let operations = writes
            .into_iter()
            .map(|write| TransactionalStateOperation {
                operation_type: "upsert".to_owned(),
                request: Some(write.0),
            })
            .collect();
        let request =
            ExecuteStateTransactionRequest { store_name: STORE.to_owned(), operations, ..Default::default() };
        self.call(request, async |mut dapr, request| dapr.execute_state_transaction(request).await).await
    }

    /// Repeats a call until the sidecar answers, for a while.
    async fn call<Req, Res>(
        &self,
        request: Req,
        send: impl AsyncFn(Dapr, Req) -> Result<Response<Res>, Status>,
    ) -> Result<Res, StateError>
    where
        Req: Clone,
    {
        let begun = Instant::now();
        loop {
            let left = self.patience.saturating_sub(begun.elapsed());
            let status = match timeout(left, send(self.dapr.clone(), request.clone())).await {
                Ok(Ok(response)) => return Ok(response.into_inner()),
                Ok(Err(status)) => status,
                Err(_) => {
                    let message = format!("no answer within {:?}", self.patience);
                    return Err(StateError::Lost { message });
                }
            };
            let message = status.message().to_owned();
            if !is_lost(&status) {
                return Err(StateError::Refused { message });
            }
            if begun.elapsed() + PAUSE > self.patience {
                return Err(StateError::Lost { message });
            }
            sleep(PAUSE).await;
        }
    }
}

/// One write of a transaction.
#[derive(Debug)]
pub struct Write(StateItem);

impl Write {
    /// A write that succeeds only if the key has no value.
    ///
    /// # Errors
    /// [`StateError::Unencodable`].
    pub fn insert<T: Serialize>(key: &str, value: &T) -> Result<Self, StateError> {
        Self::new(key, value, None)
    }

    /// A write that succeeds only if the value is still the one with this etag.
    ///
    /// # Errors
    /// [`StateError::Unencodable`].
    pub fn replace<T: Serialize>(key: &str, value: &T, etag: String) -> Result<Self, StateError> {
        Self::new(key, value, Some(Etag { value: etag }))
    }

    fn new<T: Serialize>(key: &str, value: &T, etag: Option<Etag>) -> Result<Self, StateError> {
        let value = serde_json::to_vec(value).map_err(StateError::Unencodable)?;
        let first_write =
            StateOptions { concurrency: StateConcurrency::ConcurrencyFirstWrite.into(), consistency: 0 };
        Ok(Self(StateItem {
            key: key.to_owned(),
            value,
            etag,
            options: Some(first_write),
            ..Default::default()
        }))
    }
}

fn endpoint(address: &str) -> Result<Endpoint, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(address.to_owned())?;
    if address.starts_with("https:") {
        endpoint.tls_config(ClientTlsConfig::new().with_enabled_roots())
    } else {
        Ok(endpoint)
    }
}

/// Whether the sidecar was not reached, or went away before it answered.
fn is_lost(status: &Status) -> bool {
    std::error::Error::source(status).is_some()
        || matches!(status.code(), Code::Unavailable | Code::Cancelled)
}

/// Adds the API token to every call.
#[derive(Clone, Debug)]
struct ApiToken(Option<MetadataValue<Ascii>>);

impl Interceptor for ApiToken {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("dapr-api-token", token.clone());
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sidecar_that_is_reached_and_never_answers_is_given_up() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let connection = Connection::to(silent.local_addr().unwrap().to_string()).unwrap();
        let state = StateStore::new(&connection).unwrap().patience(Duration::from_millis(50));
        let lost = state.get::<u32>("shelf").await.unwrap_err();
        assert!(matches!(&lost, StateError::Lost { message } if message.contains("50ms")), "{lost}");
    }
}
