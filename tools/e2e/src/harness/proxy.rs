//! A TCP proxy between a worker and its sidecar that can be cut, or go silent.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{HarnessError, free_port};

/// What the proxy does with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Forward,
    /// Connections stay open and nothing passes: what a lost network looks like.
    Silent,
}

/// Forwards connections from a port of its own to another port.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    mode: watch::Sender<Mode>,
    /// Every change cuts all connections.
    cuts: watch::Sender<u64>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// A proxy in front of `target`.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Io`] when its port cannot be opened.
    pub async fn to(target: u16) -> Result<Self, HarnessError> {
        let port = free_port();
        let listener =
            TcpListener::bind(("127.0.0.1", port)).await.map_err(HarnessError::io("opening a proxy"))?;
        let (mode, cuts) = (watch::Sender::new(Mode::Forward), watch::Sender::new(0));
        let accepting = tokio::spawn(accept(listener, target, mode.subscribe(), cuts.subscribe()));
        Ok(Self { port, mode, cuts, accepting })
    }

    /// The proxy's own port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops forwarding and leaves all connections open.
    pub fn fall_silent(&self) {
        self.mode.send_replace(Mode::Silent);
    }

    /// Forwards again: what was held back, and new connections.
    pub fn speak(&self) {
        self.mode.send_replace(Mode::Forward);
    }

    /// Cuts all connections; new ones are accepted.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn accept(listener: TcpListener, target: u16, mode: watch::Receiver<Mode>, cuts: watch::Receiver<u64>) {
    while let Ok((inner, _)) = listener.accept().await {
        let (mode, mut cuts) = (mode.clone(), cuts.clone());
        cuts.mark_unchanged();
        tokio::spawn(async move {
            let Ok(outer) = TcpStream::connect(("127.0.0.1", target)).await else { return };
            let (inner, outer) = (inner.into_split(), outer.into_split());
            tokio::select! {
                () = pump(inner.0, outer.1, mode.clone()) => {}
                () = pump(outer.0, inner.1, mode) => {}
                _ = cuts.changed() => {}
            }
        });
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut mode: watch::Receiver<Mode>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if mode.wait_for(|mode| *mode == Mode::Forward).await.is_err()
            || to.write_all(&buffer[..length]).await.is_err()
        {
            return;
        }
    }
}
