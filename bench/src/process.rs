//! Starts the server under test and reads what the kernel says of its memory.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::process::{Child, Command};

use crate::http::{Connection, Request};

/// A server that this tool started.
pub(crate) struct Server {
    child: Child,
    pub(crate) started: Instant,
}

impl Server {
    /// Runs a command line, split at spaces; its log goes to `bench-server.log` in the temporary directory.
    pub(crate) fn start(command: &str) -> anyhow::Result<Self> {
        let mut words = command.split_whitespace();
        let program = words.next().context("--server is empty")?;
        let log = std::fs::File::create(std::env::temp_dir().join("bench-server.log"))?;
        let started = Instant::now();
        let child = Command::new(program)
            .args(words)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {program}"))?;
        Ok(Self { child, started })
    }

    /// Waits until readiness answers 200, at most `limit`; how long that took since the start.
    pub(crate) async fn ready(&mut self, address: &str, limit: Duration) -> anyhow::Result<Duration> {
        let request = Request::new("GET", "/.backstage/health/v1/readiness", None, None);
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!(
                    "the server ended with {status}; its log is in bench-server.log in the temporary directory"
                );
            }
            if let Ok(mut connection) = Connection::open(address).await
                && connection.send(&request).await.is_ok_and(|answer| answer.status == 200)
            {
                return Ok(self.started.elapsed());
            }
            if self.started.elapsed() > limit {
                bail!("the server was not ready after {limit:?}");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Resident memory now and at its highest, in MiB.
    pub(crate) fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let id = self.child.id().context("the server is gone")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let field = |name: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok())
                .map(|kib| kib / 1024.0)
                .with_context(|| format!("no {name} in /proc/{id}/status"))
        };
        Ok((field("VmRSS:")?, field("VmHWM:")?))
    }

    /// Asks it to stop and waits.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(id) = self.child.id() {
            Command::new("kill").arg(id.to_string()).status().await?;
        }
        self.child.wait().await?;
        Ok(())
    }
}
