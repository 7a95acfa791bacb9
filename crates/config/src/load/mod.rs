//! Loading: which files, in which order, laid over each other.
//!
//! Loading is a pure function of files and environment: whoever watches the files calls it again when one changes, and
//! keeps the configuration it has if the new one is an error.

mod env;
mod files;
mod substitute;
mod transform;
mod yaml;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use files::{ConfigFiles, DiskFiles, MAX_FILE_BYTES};

use crate::error::ConfigError;
use crate::node::{self, Node, Origin};
use crate::reader::Config;
use transform::Transformer;

/// What a configuration is made of.
pub struct Sources<'a> {
    /// The files of `--config`, in the order given. If there are none, the default files are looked for in `root`.
    pub targets: &'a [PathBuf],
    /// The folder that default files are in and that relative targets start from.
    pub root: &'a Path,
    /// Environment variables: `BACKSTAGE_ENV`, `APP_CONFIG_*`, and those that files refer to.
    pub env: &'a BTreeMap<String, String>,
    /// How files are read.
    pub files: &'a dyn ConfigFiles,
}

/// A configuration and the files that it came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Every file read, includes too: what a watcher has to watch.
    pub files: Vec<PathBuf>,
}

/// Loads files and environment (config-loader 1.11.3): later sources win, objects merge, arrays and plain values
/// replace, null hides what earlier sources say. `APP_CONFIG_*` comes last.
///
/// # Errors
/// A file that is missing, unreadable, too long or no YAML object, an include that does not resolve, or an
/// `APP_CONFIG_*` variable whose name is no key.
pub fn load(sources: &Sources<'_>) -> Result<Loaded, ConfigError> {
    let paths = if sources.targets.is_empty() { default_files(sources)? } else { target_files(sources)? };
    let mut transformer = Transformer::new(sources.files, sources.env, sources.root);
    let mut merged = Node::empty_map(Origin::without_line(""));
    for path in &paths {
        merged = node::merge(merged, transformer.load(path)?);
    }
    let env = env::read(sources.env)?;
    if let Some(env) = &env {
        merged = node::merge(merged, env.clone());
    }
    Ok(Loaded { config: Config::loaded(merged, env, transformer.left_out), files: transformer.read })
}

impl Config {
    /// A configuration from one YAML text without includes from disk or variables, as tests and plugins' own defaults
    /// use it.
    ///
    /// # Errors
    /// The text is no YAML object.
    pub fn from_yaml_str(text: &str) -> Result<Self, ConfigError> {
        let files = OneText(text);
        let env = BTreeMap::new();
        let mut transformer = Transformer::new(&files, &env, Path::new(""));
        let node = transformer.load(Path::new("config"))?;
        Ok(Self::loaded(node, None, transformer.left_out))
    }
}

/// One text in place of all files.
struct OneText<'a>(&'a str);

impl ConfigFiles for OneText<'_> {
    fn read(&self, path: &Path) -> std::io::Result<String> {
        if path == Path::new("config") {
            return Ok(self.0.to_owned());
        }
        Err(std::io::ErrorKind::NotFound.into())
    }

    fn exists(&self, path: &Path) -> bool {
        path == Path::new("config")
    }
}

fn target_files(sources: &Sources<'_>) -> Result<Vec<PathBuf>, ConfigError> {
    sources
        .targets
        .iter()
        .map(|target| {
            let name = target.to_string_lossy();
            let origin = Origin::without_line(name.as_ref());
            if name.starts_with("http://") || name.starts_with("https://") {
                let message = "configuration is read from files, not from URLs; download it first";
                return Err(ConfigError::source(origin, message));
            }
            let path = transform::join(sources.root, &name);
            if !sources.files.exists(&path) {
                return Err(ConfigError::source(origin, "this config file does not exist"));
            }
            Ok(path)
        })
        .collect()
}

/// `app-config.yaml`, then for each name in `BACKSTAGE_ENV` `app-config.<env>.yaml`, then `app-config.local.yaml`, then
/// `app-config.<env>.local.yaml`; all but the first only if they exist.
fn default_files(sources: &Sources<'_>) -> Result<Vec<PathBuf>, ConfigError> {
    let names = sources.env.get("BACKSTAGE_ENV").map(String::as_str).unwrap_or_default();
    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if let Some(name) = names.iter().find(|name| name.contains(['/', '\\']) || **name == "..") {
        let origin = Origin::without_line("env BACKSTAGE_ENV");
        return Err(ConfigError::source(origin, format!("{name:?} is no name of an environment")));
    }
    let base = sources.root.join("app-config.yaml");
    if !sources.files.exists(&base) {
        let origin = Origin::without_line("app-config.yaml");
        let message = format!(
            "there is no such file in {}; go to the folder that has it, or name files with --config",
            sources.root.display()
        );
        return Err(ConfigError::source(origin, message));
    }
    let optional = names
        .iter()
        .map(|name| format!("app-config.{name}.yaml"))
        .chain(["app-config.local.yaml".to_owned()])
        .chain(names.iter().map(|name| format!("app-config.{name}.local.yaml")));
    let mut files = vec![base];
    files.extend(optional.map(|name| sources.root.join(name)).filter(|path| sources.files.exists(path)));
    Ok(files)
}
