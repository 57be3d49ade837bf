//! A listener with limits: headers in time, no delay, and an end that loses no request.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::time::Duration;
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

    /// Where it listens.
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
        let mut stop = stopping.clone();
        open.spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_PATIENCE)
                .max_buf_size(HEADER_BYTES)
                .pipeline_flush(true)
                .serve_connection(TokioIo::new(socket), TowerToHyperService::new(service));
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
        });
    }
    let drain = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN_PATIENCE, drain).await.is_err() {
        tracing::warn!("requests were cut off: they took longer than the stop waits");
    }
}
