//! Where the sidecar is, and what every call to it carries.

mod address;
mod release;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dacapo_proto::dapr::runtime::v1::dapr_client::DaprClient;
use dacapo_proto::pb::task_hub_sidecar_service_client::TaskHubSidecarServiceClient;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};

use self::address::Address;
pub(crate) use self::release::Release;
use crate::RuntimeError;

/// The workflow service of a sidecar.
pub(crate) type TaskHub = TaskHubSidecarServiceClient<InterceptedService<Channel, ApiToken>>;

/// The general API of a sidecar.
pub(crate) type Dapr = DaprClient<InterceptedService<Channel, ApiToken>>;

/// Payloads of workflows may be large; Dapr's own limit, 4 MiB unless it is raised, is the sidecar's to apply.
const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(5);
/// Probes of the operating system, not HTTP/2 pings: gRPC servers cut clients off that ping more than every 5 minutes.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// The address of a Dapr sidecar, with the API token and the limits that every call to it uses.
///
/// Nothing is sent before the first call, so a program may start before its sidecar: a [`Worker`](crate::Worker)
/// keeps trying for ever, a [`Client`](crate::Client) for the time given to [`patience`](Self::patience).
///
/// ```no_run
/// # async fn example() -> dacapo::Result<()> {
/// use dacapo::{Client, Connection};
/// let dapr = Connection::from_env().await?;
/// let client = Client::new(&dapr);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Connection {
    endpoint: Endpoint,
    address: Arc<str>,
    token: ApiToken,
    message_bytes_max: usize,
    patience: Duration,
    channel: Arc<Mutex<Option<Channel>>>,
}

impl Connection {
    /// The sidecar that the environment names, as `dapr run` and Kubernetes set it.
    ///
    /// | variable | meaning | default |
    /// |---|---|---|
    /// | `DAPR_GRPC_ENDPOINT` | the whole address; the two below are then not read | |
    /// | `DAPR_RUNTIME_HOST` | the host | `127.0.0.1` |
    /// | `DAPR_GRPC_PORT` | the port | `50001` |
    /// | `DAPR_API_TOKEN` | sent with every call as `dapr-api-token` | |
    ///
    /// Addresses are written as [`to`](Self::to) takes them. A variable that is empty counts as not set.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::InvalidEndpoint`] names the variable whose value cannot be used. Whether a sidecar is there
    /// shows at the first call, or with [`ready`](Self::ready).
    pub async fn from_env() -> Result<Self, RuntimeError> {
        Self::from_variables(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, RuntimeError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let connection = Self::at(Address::from_variables(&variable)?)?;
        match variable(API_TOKEN_VARIABLE) {
            Some(token) => connection.with_token(API_TOKEN_VARIABLE, &token),
            None => Ok(connection),
        }
    }

    /// The sidecar at `address`: `host:port`, `http://host:port`, `https://host:port` (TLS with the certificates of the
    /// operating system), `dns:host:port`, any of the forms without scheme with `?tls=true`, or `unix:/path`. As in
    /// every Dapr SDK the port is 443 when none is given.
    ///
    /// ```
    /// let dapr = dacapo::Connection::to("http://127.0.0.1:50001")?;
    /// assert_eq!(dapr.endpoint(), "http://127.0.0.1:50001");
    /// # Ok::<(), dacapo::RuntimeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RuntimeError::InvalidEndpoint`] when `address` has none of these forms.
    pub fn to(address: impl AsRef<str>) -> Result<Self, RuntimeError> {
        Self::at(Address::parse("the address given to `Connection::to`", address.as_ref())?)
    }

    fn at(address: Address) -> Result<Self, RuntimeError> {
        let invalid = |error: tonic::transport::Error| address.invalid(root_cause(&error));
        let mut endpoint = Endpoint::from_shared(address.uri.clone())
            .and_then(|endpoint| endpoint.user_agent(concat!("dacapo/", env!("CARGO_PKG_VERSION"))))
            .map_err(invalid)?
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_keepalive(Some(TCP_KEEPALIVE))
            // A wait is asked again and again, and each time its stream is reset while the answer to it may be on its way.
            // HTTP/2 counts that as the other side's error, and after 1,024 would close the connection and all that is on it.
            .http2_max_local_error_reset_streams(None);
        if address.tls {
            endpoint = endpoint.tls_config(ClientTlsConfig::new().with_enabled_roots()).map_err(invalid)?;
        }
        Ok(Self {
            endpoint,
            address: address.uri.into(),
            token: ApiToken(None),
            message_bytes_max: MESSAGE_BYTES_MAX,
            patience: PATIENCE,
            channel: Arc::default(),
        })
    }

    /// The same sidecar, with a token sent as `dapr-api-token` with every call.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::InvalidEndpoint`] when the token has characters that no HTTP header can carry.
    pub fn api_token(self, token: impl AsRef<str>) -> Result<Self, RuntimeError> {
        self.with_token("the token given to `Connection::api_token`", token.as_ref())
    }

    fn with_token(mut self, setting: &str, token: &str) -> Result<Self, RuntimeError> {
        let value = token.parse().map_err(|_| RuntimeError::InvalidEndpoint {
            setting: setting.to_owned(),
            // A token is a secret: it stays out of logs even when it is wrong.
            value: "***".to_owned(),
            reason: "a token consists of visible ASCII characters".to_owned(),
        })?;
        self.token = ApiToken(Some(value));
        Ok(self)
    }

    /// The largest message, in bytes, that is sent or accepted; 64 MiB unless set. The sidecar has a limit of its own
    /// (daprd's `--max-body-size`, 4 MiB unless set).
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.message_bytes_max = bytes;
        self
    }

    /// How long a client call waits for a sidecar that does not accept connections yet; 5 seconds unless set.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The address in its full form.
    pub fn endpoint(&self) -> &str {
        &self.address
    }

    /// Waits until the sidecar answers.
    ///
    /// ```no_run
    /// # async fn example() -> dacapo::Result<()> {
    /// # use std::time::Duration;
    /// let dapr = dacapo::Connection::from_env().await?;
    /// dapr.ready(Duration::from_secs(30)).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`RuntimeError::Unreachable`] when nothing accepts the connection `within` that time,
    /// [`RuntimeError::Unauthenticated`] when the API token is refused, otherwise what the sidecar answers.
    pub async fn ready(&self, within: Duration) -> Result<(), RuntimeError> {
        crate::client::Rpc::new(self.clone().patience(within)).deadline(within).hello().await
    }

    /// Why a message of this size cannot be sent. Asked first, because the transport only says that a stream broke.
    pub(crate) fn refuses(&self, bytes: usize) -> Option<String> {
        let max = self.message_bytes_max;
        (bytes > max).then(|| format!("{bytes} bytes, and `Connection::max_message_bytes` is {max}"))
    }

    pub(crate) fn patience_limit(&self) -> Duration {
        self.patience
    }

    /// The same sidecar on a connection of its own: what is wrong with the old one does not follow.
    pub(crate) fn reconnected(&self) -> Self {
        Self { channel: Arc::default(), ..self.clone() }
    }

    pub(crate) fn task_hub(&self) -> TaskHub {
        TaskHub::new(InterceptedService::new(self.channel(), self.token.clone()))
            .max_decoding_message_size(self.message_bytes_max)
            .max_encoding_message_size(self.message_bytes_max)
    }

    pub(crate) fn dapr(&self) -> Dapr {
        Dapr::new(InterceptedService::new(self.channel(), self.token.clone()))
    }

    /// The next call connects anew; calls that are under way keep the connection they have. TCP may take a quarter of an
    /// hour to find out that the other end of a connection is gone.
    pub(crate) fn renew(&self) {
        *self.current() = None;
    }

    /// Made at the first call, which is when there is a runtime to run it on.
    fn channel(&self) -> Channel {
        self.current().get_or_insert_with(|| self.endpoint.connect_lazy()).clone()
    }

    fn current(&self) -> MutexGuard<'_, Option<Channel>> {
        self.channel.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("endpoint", &self.address).finish_non_exhaustive()
    }
}

const API_TOKEN_VARIABLE: &str = "DAPR_API_TOKEN";
const API_TOKEN_KEY: &str = "dapr-api-token";

/// Adds the API token to every call.
#[derive(Clone)]
pub(crate) struct ApiToken(Option<MetadataValue<Ascii>>);

impl Interceptor for ApiToken {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert(API_TOKEN_KEY, token.clone());
        }
        Ok(request)
    }
}

/// The innermost cause of an error, which is the one that says something: "Connection refused (os error 111)".
pub(crate) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<Connection, RuntimeError> {
        Connection::from_variables(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[track_caller]
    fn check(variables: &[(&str, &str)], endpoint: &str) {
        assert_eq!(with(variables).unwrap().endpoint(), endpoint);
    }

    #[test]
    fn the_environment_names_the_sidecar() {
        check(&[], "http://127.0.0.1:50001");
        check(&[("DAPR_GRPC_PORT", "3600")], "http://127.0.0.1:3600");
        check(&[("DAPR_RUNTIME_HOST", "dapr"), ("DAPR_GRPC_PORT", "3600")], "http://dapr:3600");
        check(
            &[("DAPR_GRPC_ENDPOINT", "https://dapr.example"), ("DAPR_GRPC_PORT", "1")],
            "https://dapr.example:443",
        );
        check(&[("DAPR_GRPC_ENDPOINT", ""), ("DAPR_GRPC_PORT", "")], "http://127.0.0.1:50001");
    }

    #[test]
    fn a_bad_value_is_reported_with_its_variable() {
        for (name, value) in
            [("DAPR_GRPC_PORT", "five"), ("DAPR_GRPC_PORT", "0"), ("DAPR_GRPC_ENDPOINT", "ftp://x:1")]
        {
            let text = with(&[(name, value)]).unwrap_err().to_string();
            assert!(text.contains(name) && text.contains(value), "{text}");
        }
    }

    #[test]
    fn a_bad_token_is_reported_without_showing_it() {
        let text = with(&[("DAPR_API_TOKEN", "geheim\n")]).unwrap_err().to_string();
        assert_eq!(
            text,
            "DAPR_API_TOKEN is `***`, which cannot be used: a token consists of visible ASCII characters"
        );
    }

    #[test]
    fn tls_and_unix_sockets_are_connections_too() {
        for address in ["https://dapr.example:443", "dapr.example:443?tls=true", "unix:/run/dapr.sock"] {
            Connection::to(address).unwrap();
        }
    }

    #[test]
    fn the_debug_form_does_not_show_the_token() {
        let connection = with(&[("DAPR_API_TOKEN", "secret")]).unwrap();
        assert!(!format!("{connection:?}").contains("secret"));
    }
}
