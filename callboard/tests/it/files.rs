//! A file server on the loopback address, for `url:` locations.

use std::path::PathBuf;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

/// Serves the files of a folder at an address. An address that is taken belongs to another test of this kind, which
/// serves the same folder.
pub(crate) async fn serve(folder: PathBuf, address: &str) {
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => return,
        Err(error) => panic!("{address}: {error}"),
    };
    let router = Router::new().route("/{*path}", get(file)).with_state(folder);
    tokio::spawn(async move { axum::serve(listener, router).await });
}

async fn file(State(folder): State<PathBuf>, Path(path): Path<String>) -> Result<Vec<u8>, StatusCode> {
    std::fs::read(folder.join(path)).map_err(|_| StatusCode::NOT_FOUND)
}
