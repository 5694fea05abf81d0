//! An endpoint with TLS in front of a sidecar, with a certificate of its own making.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::{HarnessError, free_port};

/// Ends TLS and forwards to a sidecar.
#[derive(Debug)]
pub struct TlsProxy {
    port: u16,
    certificate: PathBuf,
    accepting: JoinHandle<()>,
}

impl TlsProxy {
    /// A proxy in front of `target`, for the name `localhost`. Its certificate goes to a file in `folder`.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Io`] when the certificate cannot be made or the port cannot be opened.
    pub async fn to(target: u16, folder: &Path) -> Result<Self, HarnessError> {
        let (acceptor, pem) = acceptor()
            .map_err(|reason| HarnessError::Io { what: "making a certificate".to_owned(), reason })?;
        let certificate = folder.join("localhost.pem");
        std::fs::write(&certificate, pem).map_err(HarnessError::io("writing a certificate"))?;
        let port = free_port();
        let listener =
            TcpListener::bind(("127.0.0.1", port)).await.map_err(HarnessError::io("opening a proxy"))?;
        let accepting = tokio::spawn(accept(listener, acceptor, target));
        Ok(Self { port, certificate, accepting })
    }

    /// The address, as `DAPR_GRPC_ENDPOINT` takes it.
    pub fn endpoint(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The certificate that a client must trust, as a PEM file.
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }
}

impl Drop for TlsProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn acceptor() -> Result<(TlsAcceptor, String), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(|error| text(&error))?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| text(&error))?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .map_err(|error| text(&error))?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok((TlsAcceptor::from(Arc::new(config)), made.cert.pem()))
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, target: u16) {
    while let Ok((client, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let Ok(mut client) = acceptor.accept(client).await else { return };
            let Ok(mut sidecar) = TcpStream::connect(("127.0.0.1", target)).await else { return };
            // How a connection ends is the business of its two ends.
            let _ = tokio::io::copy_bidirectional(&mut client, &mut sidecar).await;
        });
    }
}
