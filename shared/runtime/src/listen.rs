//! A listener with limits: headers in time, no delay, and an end that loses no request.

use crate::refusal::RefusalBodies;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// How long a connection may take to send its headers; also closes silent connections.
const HEADER_PATIENCE: Duration = Duration::from_secs(30);
/// The most header bytes of one request.
const HEADER_BYTES: usize = 64 * 1024;
/// The most connections at once on one listener; more wait in the kernel's queue.
const CONNECTIONS: usize = 4_096;
/// How long open requests may take once the process stops.
const DRAIN_PATIENCE: Duration = Duration::from_secs(10);

/// A bound socket, its real port known.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds; port 0 takes a free one.
    pub async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    /// The bound address, with the port that was really taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Serves until the process stops; then finishes the open requests within ten seconds.
pub async fn serve(listener: Listener, router: Router, mut stopping: crate::Stopping) {
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stopping.stopped() => break,
            Some(_) = open.join_next(), if !open.is_empty() => continue,
            accepted = listener.socket.accept(), if open.len() < CONNECTIONS => accepted,
        };
        let Ok((socket, peer)) = accepted else {
            // Out of file descriptors or a connection reset in the queue: neither ends the listener.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "cannot turn off Nagle's algorithm");
        }
        let service = router
            .clone()
            .layer(axum::Extension(axum::extract::ConnectInfo(peer)));
        open.spawn(serve_connection(socket, service, stopping.clone()));
    }
    let drain = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN_PATIENCE, drain).await.is_err() {
        tracing::warn!("requests were cut off: they took longer than the stop waits");
    }
}

/// Answers one connection's requests, one after the other, until either side ends it.
///
/// Each answer is flushed before the next request is read: flushed in bulk (hyper's `pipeline_flush`),
/// an answer waits for as long as anything unread is behind its request, a blank line included, and
/// a client that never reads makes its answers pile up in memory.
async fn serve_connection<S>(socket: S, service: Router, mut stop: crate::Stopping)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(
            TokioIo::new(RefusalBodies::new(socket)),
            TowerToHyperService::new(service),
        );
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tasks;
    use axum::routing::{get, post};
    use futures_util::poll;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    /// Sends the bytes to a real listener and reads until the answer holds that text.
    async fn answer(sent: &str, until: &str) -> String {
        let tasks = Tasks::new();
        let listener = Listener::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let address = listener.address();
        let router = Router::new().route("/", post(|| async { "placed" }));
        tasks.run("listener", serve(listener, router, tasks.stopping()));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(sent.as_bytes()).await.unwrap();
        let mut got = Vec::new();
        let reading = async {
            while !String::from_utf8_lossy(&got).contains(until) {
                assert_ne!(client.read_buf(&mut got).await.unwrap(), 0, "closed early");
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(10), reading).await;
        let got = String::from_utf8(got).unwrap();
        assert!(in_time.is_ok(), "no answer, only: {got}");
        got
    }

    #[tokio::test]
    async fn a_request_with_a_blank_line_behind_it_is_answered() {
        let sent = "POST / HTTP/1.1\r\nhost: shop\r\ncontent-length: 2\r\n\r\n{}\r\n";
        assert!(answer(sent, "placed").await.starts_with("HTTP/1.1 200 OK"));
    }

    #[tokio::test]
    async fn what_is_no_http_and_headers_without_end_are_answered_with_a_problem() {
        let got = answer("GET / HTTP\r\n\r\n", "retryable").await;
        assert!(got.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{got}");
        assert!(got.contains("application/problem+json"), "{got}");
        assert!(got.contains("\"code\":\"invalid_request\""), "{got}");
        let endless = format!("GET / HTTP/1.1\r\nx-long: {}", "x".repeat(2 * HEADER_BYTES));
        let got = answer(&endless, "retryable").await;
        assert!(got.starts_with("HTTP/1.1 431 "), "{got}");
        assert!(got.contains("\"code\":\"headers_too_large\""), "{got}");
    }

    #[tokio::test]
    async fn a_client_that_reads_no_answer_is_asked_for_no_more_work() {
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        let large = move || async move {
            count.fetch_add(1, Ordering::Relaxed);
            "x".repeat(16 * 1024)
        };
        let (mut client, server) = tokio::io::duplex(64 * 1024);
        let tasks = Tasks::new();
        let router = Router::new().route("/", get(large));
        let mut connection = std::pin::pin!(serve_connection(server, router, tasks.stopping()));
        let pipeline = "GET / HTTP/1.1\r\nhost: shop\r\n\r\n".repeat(1_000);
        client.write_all(pipeline.as_bytes()).await.unwrap();
        for _ in 0..1_000 {
            assert!(poll!(connection.as_mut()).is_pending());
        }
        let answers = calls.load(Ordering::Relaxed);
        assert!(
            (1..=8).contains(&answers),
            "{answers} answers wait in memory"
        );
    }
}
