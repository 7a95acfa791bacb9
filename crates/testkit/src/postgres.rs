//! A PostgreSQL server with its own data directory, for tests that stop it and start it again.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use callboard_store::Database;
use tempfile::TempDir;

use crate::programs::find_program;

/// How long the server may take to answer.
const START_DEADLINE: Duration = Duration::from_secs(60);
/// `nobody`: PostgreSQL refuses to run as root, as tests do in containers.
const UNPRIVILEGED: u32 = 65_534;

/// A server of this test alone; it ends with the value. Durability is off: tests restart it, not the machine.
#[derive(Debug)]
pub struct PostgresServer {
    directory: TempDir,
    port: u16,
    child: Option<Child>,
}

impl PostgresServer {
    /// Makes a data directory and starts the server.
    pub async fn start() -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("callboard-postgres-").tempdir()?;
        initialise(directory.path())?;
        let port = free_port()?;
        let mut server = Self { directory, port, child: None };
        server.start_again().await?;
        Ok(server)
    }

    /// Starts the server after [`Self::stop`] or [`Self::kill`], on the same port and data.
    pub async fn start_again(&mut self) -> Result<()> {
        let child = command(self.directory.path(), self.port)?.spawn().context("starting postgres")?;
        self.child = Some(child);
        wait_until_ready(&url(self.port), self.directory.path()).await
    }

    /// Stops it as an administrator does in a hurry (`pg_ctl stop -m fast`): connections are told and closed.
    pub fn stop(&mut self) -> Result<()> {
        self.signal("INT")
    }

    /// Ends it at once, as a crash does (`pg_ctl stop -m immediate`).
    pub fn kill(&mut self) -> Result<()> {
        self.signal("QUIT")
    }

    /// A URL of a database on this server; [`Database::postgres`] creates it.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", url(self.port))
    }

    fn signal(&mut self, name: &str) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let status = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status()?;
        if !status.success() {
            bail!("kill -{name} {} failed", child.id());
        }
        child.wait()?;
        Ok(())
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; the directory is removed either way.
        let _ = self.kill();
    }
}

/// URL of a server on this machine, without a database.
pub(crate) fn url(port: u16) -> String {
    format!("postgres://postgres@127.0.0.1:{port}")
}

/// A port that is free now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Fills an empty directory with a database cluster.
pub(crate) fn initialise(directory: &Path) -> Result<()> {
    let mut initdb = Command::new(find_program("initdb")?);
    initdb.args([
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--pgdata",
    ]);
    initdb.arg(directory.join("data")).current_dir(directory);
    drop_root(&mut initdb, directory)?;
    let output = initdb.output().context("running initdb")?;
    if !output.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// The command of the server; its log goes to the file `log` in the directory.
pub(crate) fn command(directory: &Path, port: u16) -> Result<Command> {
    let log = File::options().create(true).append(true).open(directory.join("log"))?;
    let mut postgres = Command::new(find_program("postgres")?);
    postgres.arg("-D").arg(directory.join("data")).arg("-p").arg(port.to_string());
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=400",
        "shared_buffers=64MB",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
    ] {
        postgres.arg("-c").arg(setting);
    }
    postgres.current_dir(directory).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    drop_root(&mut postgres, directory)?;
    Ok(postgres)
}

/// Waits until the server takes connections.
pub(crate) async fn wait_until_ready(url: &str, directory: &Path) -> Result<()> {
    let end = Instant::now() + START_DEADLINE;
    while let Err(error) = Database::postgres(&format!("{url}/postgres")).await {
        if Instant::now() > end {
            let log = std::fs::read_to_string(directory.join("log")).unwrap_or_default();
            bail!("PostgreSQL doesn't answer: {error}\n{log}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// As root, gives the directory and the process to `nobody`.
fn drop_root(command: &mut Command, directory: &Path) -> Result<()> {
    let is_root = Path::new("/proc/self").metadata().is_ok_and(|metadata| metadata.uid() == 0);
    if is_root {
        std::os::unix::fs::chown(directory, Some(UNPRIVILEGED), Some(UNPRIVILEGED))?;
        command.uid(UNPRIVILEGED).gid(UNPRIVILEGED);
    }
    Ok(())
}
