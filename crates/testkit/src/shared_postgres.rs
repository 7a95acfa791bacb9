//! The PostgreSQL server that all tests of a checkout share. Each test runs in a process of its own and making a
//! server takes seconds, so the first one starts it and it stays until no test has asked for it for ten minutes.
//! `CALLBOARD_TEST_POSTGRES` names another server instead (`postgres://user@host:port`, who may create databases).

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use callboard_store::Database;

use crate::postgres;

/// Ends the server (the first argument is its process id) when nobody has touched the file for ten minutes.
const WATCHDOG: &str = r#"
while kill -0 "$1" 2>/dev/null; do
  sleep 20
  if [ -n "$(find "$2/used" -mmin +10 2>/dev/null)" ] || [ ! -e "$2/used" ]; then
    kill -INT "$1"; rm -rf "$2"; exit 0
  fi
done"#;

/// The URL of the server without a database; starts it if it isn't there.
pub(crate) async fn url() -> Result<String> {
    if let Ok(url) = std::env::var("CALLBOARD_TEST_POSTGRES") {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    let lock = File::create(format!("{}.lock", directory().display()))?;
    lock.lock().context("waiting for the test that starts PostgreSQL")?;
    let url = match running().await {
        Some(url) => url,
        None => start().await?,
    };
    fs::write(directory().join("used"), "")?;
    Ok(url)
}

/// Stops the server now.
pub fn stop() -> Result<()> {
    let directory = directory();
    if let Ok(text) = fs::read_to_string(directory.join("data/postmaster.pid"))
        && let Some(process) = text.lines().next()
    {
        Command::new("kill").arg("-INT").arg(process).status()?;
    }
    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    Ok(())
}

async fn running() -> Option<String> {
    let port = fs::read_to_string(directory().join("port")).ok()?;
    let url = postgres::url(port.parse().ok()?);
    Database::postgres(&format!("{url}/postgres")).await.ok().map(|_| url)
}

async fn start() -> Result<String> {
    let directory = directory();
    if directory.exists() {
        stop()?;
    }
    fs::create_dir_all(&directory)?;
    postgres::initialise(&directory)?;
    let port = postgres::free_port()?;
    let server =
        postgres::command(&directory, port)?.process_group(0).spawn().context("starting postgres")?;
    let url = postgres::url(port);
    postgres::wait_until_ready(&url, &directory).await?;
    fs::write(directory.join("used"), "")?;
    watch(server.id(), &directory)?;
    fs::write(directory.join("port"), port.to_string())?;
    Ok(url)
}

fn watch(server: u32, directory: &Path) -> Result<()> {
    Command::new("sh")
        .args(["-c", WATCHDOG, "watchdog", &server.to_string()])
        .arg(directory)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("starting the watchdog")?;
    Ok(())
}

/// One for each checkout and user, outside of it: the server runs as another user when tests run as root.
fn directory() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
    std::env::temp_dir().join(format!("callboard-testkit-{:016x}", hasher.finish()))
}
