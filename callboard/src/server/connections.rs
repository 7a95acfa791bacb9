//! Accepts connections until the server stops, with bounds that `axum::serve` does not offer: how many there may be
//! at once, and how long a client may take to send its headers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use callboard_kit::http::PeerAddress;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Bounds of one listener.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at once; further ones wait in the kernel's queue.
    pub(crate) connections: usize,
    /// How long a client may take to send a request's headers (`backend.server.headersTimeout`).
    pub(crate) headers: Duration,
    /// How long requests in flight may go on after the stop.
    pub(crate) drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 10_000, headers: Duration::from_secs(30), drain: Duration::from_secs(10) }
    }
}

/// Serves until `stop` is cancelled, then finishes the requests in flight.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    // HTTP/1 only: without TLS no browser asks for HTTP/2, and telling the two apart would wait for the first bytes
    // without a limit.
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.headers);
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    loop {
        let slot = tokio::select! {
            () = stop.cancelled() => break,
            slot = slots.clone().acquire_owned() => slot,
        };
        let Ok(slot) = slot else { break };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: let some connections end before the next try.
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // Small answers leave at once; failure only costs latency.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            // Whom a request comes from is known here only; headers can say anything.
            request.extensions_mut().insert(PeerAddress(peer));
            router.clone().oneshot(request)
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended early");
            }
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn it_stops_also_when_every_connection_is_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (limits, stop) = (Limits { connections: 1, ..Limits::default() }, CancellationToken::new());
        let server = tokio::spawn(serve(listener, Router::new(), limits, stop.clone()));
        let mut client = TcpStream::connect(address).await.expect("a connection");
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("a request");
        client.read_u8().await.expect("an answer");
        stop.cancel();
        tokio::time::timeout(Duration::from_secs(20), server).await.expect("an end").expect("no panic");
        drop(client);
    }

    #[tokio::test]
    async fn a_request_carries_the_address_that_it_came_from() {
        use axum::Extension;
        use axum::routing::get;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().route(
            "/",
            get(|Extension(PeerAddress(peer)): Extension<PeerAddress>| async move { peer.to_string() }),
        );
        let stop = CancellationToken::new();
        let server = tokio::spawn(serve(listener, router, Limits::default(), stop.clone()));
        let mut client = TcpStream::connect(address).await.expect("a connection");
        let own = client.local_addr().expect("an address").to_string();
        let request = "GET / HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 10.0.0.1\r\nconnection: close\r\n\r\n";
        client.write_all(request.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.ends_with(&own), "{answer}");
        stop.cancel();
        server.await.expect("no panic");
    }
}
