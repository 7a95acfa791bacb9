//! Bare repositories in a temporary directory, and git run in them.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::find_program;

/// The repositories of a host.
#[derive(Debug)]
pub(super) struct Repositories {
    root: tempfile::TempDir,
    git: PathBuf,
}

impl Repositories {
    pub(super) fn new() -> Result<Self> {
        Ok(Self { root: tempfile::tempdir()?, git: find_program("git")? })
    }

    pub(super) fn root(&self) -> PathBuf {
        self.root.path().to_owned()
    }

    /// The directory of a repository; names that aren't plain are refused.
    pub(super) fn path(&self, owner: &str, name: &str) -> Result<PathBuf> {
        for part in [owner, name] {
            let plain = part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
            ensure!(plain && !part.starts_with('.') && !part.is_empty(), "{part:?} is no name");
        }
        Ok(self.root.path().join(owner).join(format!("{name}.git")))
    }

    pub(super) fn exists(&self, owner: &str, name: &str) -> bool {
        self.path(owner, name).is_ok_and(|path| path.is_dir())
    }

    /// An empty repository; `false` if there was one.
    pub(super) async fn create(&self, owner: &str, name: &str) -> Result<bool> {
        let path = self.path(owner, name)?;
        if path.is_dir() {
            return Ok(false);
        }
        std::fs::create_dir_all(&path)?;
        self.git(owner, name, &["init", "--quiet", "--bare", "--initial-branch=main"], b"").await?;
        // The host looks at every object that comes, and says no to a broken one.
        for (key, value) in [
            ("receive.fsckObjects", "true"),
            ("http.receivepack", "true"),
            ("uploadpack.allowFilter", "true"),
            ("uploadpack.allowAnySHA1InWant", "true"),
        ] {
            self.git(owner, name, &["config", key, value], b"").await?;
        }
        Ok(true)
    }

    pub(super) fn hook(&self, owner: &str, name: &str, script: &str) -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path(owner, name)?.join("hooks").join("pre-receive");
        std::fs::create_dir_all(path.parent().context("hooks")?)?;
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
        Ok(())
    }

    /// git with nothing of the machine's configuration.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.git);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Host")
            .env("GIT_AUTHOR_EMAIL", "host@example.com")
            .env("GIT_COMMITTER_NAME", "Host")
            .env("GIT_COMMITTER_EMAIL", "host@example.com")
            .kill_on_drop(true);
        command
    }

    pub(super) async fn git(
        &self,
        owner: &str,
        name: &str,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<String> {
        let bytes = self.git_bytes(owner, name, arguments, input).await?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }

    pub(super) async fn git_bytes(
        &self,
        owner: &str,
        name: &str,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<Vec<u8>> {
        let mut child = self
            .command()
            .current_dir(self.path(owner, name)?)
            .env("GIT_DIR", ".")
            .env("GIT_INDEX_FILE", "index")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input).await?;
        }
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(output.stdout)
    }
}
