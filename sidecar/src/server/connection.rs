//! Connections: each port speaks gRPC and HTTP.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::routes::Routes;

/// A connection that is silent for this long is asked whether it is still there: the work of a worker whose
/// machine has gone away must not wait for ever.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// How long a client may take until it has said what it speaks.
const GREETING_WITHIN: Duration = Duration::from_secs(10);

/// How long a client may take for the head of a request over HTTP/1, and how long its connection may rest between
/// two requests: longer than the usual poll for health, which must not meet a connection that is just being closed.
const HEAD_WITHIN: Duration = Duration::from_secs(75);

/// How long accepting rests when the system has no more connections to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves a port until `stop` is cancelled and the open calls have ended.
pub(super) async fn serve(listener: TcpListener, routes: Routes, stop: CancellationToken) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, routes.clone(), stop.clone()));
            }
            Err(error) => {
                // Out of file handles, mostly: the next connection may be luckier.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn connection(stream: TcpStream, routes: Routes, stop: CancellationToken) {
    // Work items are small and somebody waits for each.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the connection delays small messages");
    }
    let has_spoken = Arc::<AtomicBool>::default();
    let stream = Listened { stream, heard: 0, has_spoken: has_spoken.clone() };
    let builder = builder();
    let mut serving = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes)));
    let mut silent = pin!(tokio::time::sleep(GREETING_WITHIN));
    let mut greeted = false;
    loop {
        tokio::select! {
            served = serving.as_mut() => return note(served),
            () = silent.as_mut(), if !greeted => {
                greeted = true;
                if !has_spoken.load(Ordering::Relaxed) {
                    return tracing::debug!("a connection that said nothing was closed");
                }
            }
            () = stop.cancelled() => break,
        }
    }
    serving.as_mut().graceful_shutdown();
    note(serving.await);
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEPALIVE)
        .keep_alive_timeout(KEEPALIVE)
        // A client may wait for any number of instances on the connection that its worker answers on.
        .max_concurrent_streams(u32::MAX)
        .initial_stream_window_size(1024 * 1024)
        .initial_connection_window_size(4 * 1024 * 1024);
    builder
}

/// A connection that breaks is the client's affair.
fn note(served: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended");
    }
}

/// A connection that notes when enough was heard to know what the client speaks.
struct Listened {
    stream: TcpStream,
    heard: usize,
    has_spoken: Arc<AtomicBool>,
}

impl Listened {
    /// The length of HTTP/2's greeting; what is shorter may still become anything.
    const GREETING_BYTES: usize = 24;
}

impl AsyncRead for Listened {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buffer));
        if self.heard < Self::GREETING_BYTES {
            self.heard += buffer.filled().len() - before;
            if self.heard >= Self::GREETING_BYTES {
                self.has_spoken.store(true, Ordering::Relaxed);
            }
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Listened {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::core::{Config, Core, RandomIds, SystemClock};
    use crate::server::{Apps, Served, Token};
    use crate::service::Service;
    use crate::store::MemoryStore;

    /// A server on a clock that leaps to whatever is due as soon as nothing else can happen.
    async fn server() -> std::net::SocketAddr {
        let clock = Arc::new(SystemClock);
        let store = Box::new(MemoryStore::new());
        let core = Core::new(store, clock.clone(), Box::new(RandomIds), Config::default()).unwrap();
        let (service, _thread) = Service::start(core, clock).unwrap();
        let home: Arc<str> = "shop".into();
        let apps = Apps { home: home.clone(), served: Arc::new([home].into()) };
        let served = Served { service, apps, token: Token::default(), message_bytes_max: 1000 };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(crate::server::serve(listener, served, CancellationToken::new()));
        address
    }

    async fn end_of(words: &[u8]) -> (Vec<u8>, Duration) {
        let address = server().await;
        let begun = tokio::time::Instant::now();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(words).await.unwrap();
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer).await);
        (answer, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_says_what_it_speaks_is_sent_away() {
        for words in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n", b"GET / HT"] {
            let (answer, after) = end_of(words).await;
            assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
            assert!((GREETING_WITHIN..GREETING_WITHIN * 2).contains(&after), "{words:?}: {after:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_ends_the_head_of_a_request_is_sent_away() {
        let (_, after) = end_of(b"GET /v1.0/healthz HTTP/1.1\r\nhost: a\r\n").await;
        assert!((HEAD_WITHIN..HEAD_WITHIN * 2).contains(&after), "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_may_rest_between_requests() {
        let (answer, after) = end_of(b"GET /v1.0/healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
        assert!(answer.starts_with(b"HTTP/1.1 204"), "{}", String::from_utf8_lossy(&answer));
        assert!(after >= HEAD_WITHIN, "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_comes_is_given_up() {
        let head = b"POST /v1.0/workflows/dapr/w/start HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n";
        let (answer, after) = end_of(head).await;
        let shown = String::from_utf8_lossy(&answer);
        assert!(shown.starts_with("HTTP/1.1 408"), "{shown}");
        assert!(after < Duration::from_secs(120), "{after:?}");
    }
}
