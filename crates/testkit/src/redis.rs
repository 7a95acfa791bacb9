//! A Redis server of one test; it starts in milliseconds.

use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::postgres::free_port;
use crate::programs::find_program;

/// How long the server may take to answer.
const START_DEADLINE: Duration = Duration::from_secs(30);

/// A server of this test alone; it ends with the value and keeps nothing.
#[derive(Debug)]
pub struct RedisServer {
    port: u16,
    child: Option<Child>,
}

impl RedisServer {
    /// Starts an empty server.
    pub async fn start() -> Result<Self> {
        let mut server = Self { port: free_port()?, child: None };
        server.start_again().await?;
        Ok(server)
    }

    /// Starts it after [`Self::stop`], empty, on the same port.
    pub async fn start_again(&mut self) -> Result<()> {
        let program = find_program("redis-server").or_else(|_| find_program("valkey-server"))?;
        let child = Command::new(program)
            .args([
                "--bind",
                "127.0.0.1",
                "--port",
                &self.port.to_string(),
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("starting redis-server")?;
        self.child = Some(child);
        let end = Instant::now() + START_DEADLINE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if Instant::now() > end {
                bail!("Redis doesn't answer");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Ends it at once.
    pub fn stop(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// `redis://…`
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // Nothing can be done about a failure here.
        let _ = self.stop();
    }
}
