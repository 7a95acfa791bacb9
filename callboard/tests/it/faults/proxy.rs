//! A line between the program and its database that can be cut and frozen.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How the line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// It passes everything on.
    Open,
    /// It passes nothing on and says nothing; what was sent arrives when it is open again.
    Frozen,
    /// Connections end, and new ones end at once.
    Cut,
}

/// A TCP proxy; it ends with the runtime of its test.
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    line: watch::Sender<Line>,
}

impl Proxy {
    /// Passes connections on to `target`.
    pub(super) async fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (line, state) = watch::channel(Line::Open);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(connection(client, target, state.clone()));
            }
        });
        Self { address, line }
    }

    /// Changes the line, for connections that are there and for new ones.
    pub(super) fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

async fn connection(client: TcpStream, target: SocketAddr, mut line: watch::Receiver<Line>) {
    if leaves(&mut line, Line::Frozen).await == Line::Cut {
        return;
    }
    let Ok(server) = TcpStream::connect(target).await else { return };
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        () = pump(from_client, to_server, line.clone()) => {}
        () = pump(from_server, to_client, line) => {}
    }
}

/// Passes on what comes in until either side ends or the line is cut.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut line: watch::Receiver<Line>) {
    let mut buffer = vec![0; 16 * 1024];
    let mut cut = line.clone();
    loop {
        let length = tokio::select! {
            _ = becomes(&mut cut, Line::Cut) => return,
            read = from.read(&mut buffer) => read.unwrap_or(0),
        };
        if length == 0 || leaves(&mut line, Line::Frozen).await == Line::Cut {
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

/// Waits while the line is `state`; what it is then. A test that has ended has cut it.
async fn leaves(line: &mut watch::Receiver<Line>, state: Line) -> Line {
    line.wait_for(|now| *now != state).await.map_or(Line::Cut, |now| *now)
}

async fn becomes(line: &mut watch::Receiver<Line>, state: Line) -> Line {
    line.wait_for(|now| *now == state).await.map_or(Line::Cut, |now| *now)
}
