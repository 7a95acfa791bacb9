//! Files and environment in memory.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use callboard_config::{Config, ConfigError, ConfigFiles, Loaded, Sources, load};

/// Files by path; paths are relative to the root `/etc/callboard`.
#[derive(Default, Clone)]
pub(crate) struct Memory {
    files: BTreeMap<PathBuf, String>,
    env: BTreeMap<String, String>,
    targets: Vec<PathBuf>,
}

pub(crate) const ROOT: &str = "/etc/callboard";

impl Memory {
    pub(crate) fn file(mut self, name: &str, text: &str) -> Self {
        self.files.insert(Path::new(ROOT).join(name), text.to_owned());
        self
    }

    pub(crate) fn var(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn target(mut self, name: &str) -> Self {
        self.targets.push(name.into());
        self
    }

    pub(crate) fn load(&self) -> Result<Loaded, ConfigError> {
        load(&Sources { targets: &self.targets, root: Path::new(ROOT), env: &self.env, files: self })
    }

    pub(crate) fn config(&self) -> Config {
        self.load().expect("the configuration loads").config
    }

    pub(crate) fn error(&self) -> String {
        self.load().expect_err("the configuration is wrong").to_string()
    }
}

impl ConfigFiles for Memory {
    fn read(&self, path: &Path) -> io::Result<String> {
        self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn exists(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }
}
