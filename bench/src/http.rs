//! A small HTTP/1.1 client on one kept-alive connection.
//!
//! Written by hand because the client shares two cores with the server under test: a general client costs several
//! times the CPU of a fast server's answer and would then be what is measured.

use anyhow::{Context, bail};
use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A request, ready to be sent again and again.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    bytes: Vec<u8>,
}

impl Request {
    /// A request with a bearer token; `body` is JSON.
    pub(crate) fn new(method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Self {
        let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n");
        if let Some(token) = token {
            text.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        if let Some(body) = body {
            text.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text.push_str(body.unwrap_or_default());
        Self { bytes: text.into_bytes() }
    }
}

impl Connection {
    /// Connects to `host:port`.
    pub(crate) async fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: BytesMut::with_capacity(64 * 1024) })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&mut self, request: &Request) -> anyhow::Result<Answer> {
        self.stream.write_all(&request.bytes).await?;
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
                self.buffer.advance(end + 4);
                break head;
            }
            self.fill().await?;
        };
        let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).context("a status line")?;
        let header = |name: &str| {
            head.lines().find_map(|line| {
                line.strip_prefix(name)?.strip_prefix(':').map(|value| value.trim().to_owned())
            })
        };
        let body = if header("transfer-encoding").is_some_and(|value| value == "chunked") {
            self.chunked().await?
        } else {
            let length = header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
            self.exactly(length).await?
        };
        Ok(Answer { status, body })
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }

    async fn exactly(&mut self, length: usize) -> anyhow::Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(self.buffer.split_to(length).to_vec())
    }

    async fn chunked(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                match self.buffer.windows(2).position(|window| window == b"\r\n") {
                    Some(end) => break end,
                    None => self.fill().await?,
                }
            };
            let size = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
            let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)?;
            self.buffer.advance(end + 2);
            body.extend(self.exactly(size).await?);
            self.exactly(2).await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
}

/// The `host:port` of a base URL.
pub(crate) fn address(base_url: &str) -> anyhow::Result<String> {
    let url = url::Url::parse(base_url).with_context(|| format!("{base_url} is not a URL"))?;
    let host = url.host_str().context("the base URL has no host")?;
    Ok(format!("{host}:{}", url.port_or_known_default().unwrap_or(80)))
}
