//! A bare axum handler that answers a body of a given size: what the machine and the HTTP stack can do at most.

use axum::Router;
use axum::extract::Path;
use axum::routing::any;
use bytes::Bytes;

/// Serves `/{bytes}` on the loopback address until it is stopped.
pub(crate) async fn run(port: u16) -> anyhow::Result<()> {
    let block = Bytes::from(vec![b'x'; 4 << 20]);
    let answer = move |Path(size): Path<usize>| {
        let body = block.slice(..size.min(block.len()));
        async move { ([("content-type", "application/json; charset=utf-8")], body) }
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, Router::new().route("/{size}", any(answer))).await?;
    Ok(())
}
