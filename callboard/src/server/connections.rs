//! Accepts connections until the server stops, with bounds that `axum::serve` does not offer: how many there may be
//! at once, and how long a client may take to send its headers.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use callboard_kit::audit::request::ClientAddress;
use callboard_kit::http::PeerAddress;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::client_address::TrustProxy;

/// Bounds of one listener.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at once; further ones wait in the kernel's queue.
    pub(crate) connections: usize,
    /// How long a client may take to send a request's headers (`backend.server.headersTimeout`).
    pub(crate) headers: Duration,
    /// How many headers a request may have (`backend.server.maxHeadersCount`).
    pub(crate) header_count: usize,
    /// How long requests in flight may go on after the stop.
    pub(crate) drain: Duration,
}

/// Most bytes of a request's line and headers.
const HEADER_BYTES: usize = 64 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            headers: Duration::from_secs(30),
            header_count: 100,
            drain: Duration::from_secs(10),
        }
    }
}

/// What answers on a listener, and how it is reached.
#[derive(Clone)]
pub(crate) struct Served<S> {
    /// All routes.
    pub(crate) service: S,
    /// Whose word counts for the address of a client.
    pub(crate) proxies: TrustProxy,
    /// TLS, or none.
    pub(crate) tls: Option<TlsAcceptor>,
}

impl Served<TowerToHyperService<Router>> {
    /// Routes without TLS, of which nobody asks where a request came from.
    pub(crate) fn plain(router: Router) -> Self {
        Self { service: TowerToHyperService::new(router), proxies: TrustProxy::default(), tls: None }
    }
}

/// The routes for one connection: tells each request whose it is.
#[derive(Clone)]
struct OfClient<S> {
    service: S,
    proxies: TrustProxy,
    peer: SocketAddr,
}

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for OfClient<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        // Whom a request comes from is known here only; headers can say anything.
        let client = self.proxies.client(self.peer.ip(), request.headers());
        request.extensions_mut().insert(ClientAddress(client));
        request.extensions_mut().insert(PeerAddress(self.peer));
        self.service.call(request)
    }
}

/// Serves until `stop` is cancelled, then finishes the requests in flight.
pub(crate) async fn serve<S>(
    listener: TcpListener,
    served: Served<S>,
    limits: Limits,
    stop: CancellationToken,
) where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    // HTTP/1 only: without TLS no browser asks for HTTP/2, and telling the two apart would wait for the first bytes
    // without a limit.
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .max_headers(limits.header_count)
        .max_buf_size(HEADER_BYTES);
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
        let client = OfClient { service: served.service.clone(), proxies: served.proxies.clone(), peer };
        let (builder, watcher, tls) = (builder.clone(), graceful.watcher(), served.tls.clone());
        tokio::spawn(async move {
            match tls {
                None => run(&builder, watcher, stream, client).await,
                Some(tls) => match tokio::time::timeout(limits.headers, tls.accept(stream)).await {
                    Ok(Ok(stream)) => run(&builder, watcher, stream, client).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a connection did not come to terms about TLS"),
                    Err(_) => tracing::debug!("a connection took too long to come to terms about TLS"),
                },
            }
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

/// Answers one connection to its end.
async fn run<I, S>(builder: &http1::Builder, watcher: Watcher, stream: I, client: OfClient<S>)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response, Error = Infallible> + Send + 'static,
    S::Future: Send,
{
    let connection = builder.serve_connection(TokioIo::new(stream), client);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "connection ended early");
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
        let server = tokio::spawn(serve(listener, Served::plain(Router::new()), limits, stop.clone()));
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
        let server = tokio::spawn(serve(listener, Served::plain(router), Limits::default(), stop.clone()));
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
