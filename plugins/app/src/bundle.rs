//! A built app on disk: its page, made once at start, and its files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use callboard_config::{AppSchema, Config, frontend_config_with};
use serde_json::{Value, json};

use crate::error::AppError;
use crate::page::{base_path, inject};
use crate::settings::AppSettings;
use crate::template::{Context, render};

/// Largest text of a build that is read at start.
const LONGEST_TEXT: u64 = 64 * 1024 * 1024;
/// Where older builds want the configuration.
const PLACEHOLDER: &str = "\"__APP_INJECTED_RUNTIME_CONFIG__\"";

/// One entry point: the app itself, or the small one for who is not signed in.
#[derive(Debug)]
pub(crate) struct Bundle {
    /// `main` or `public`.
    pub(crate) name: &'static str,
    /// Its folder, without links.
    pub(crate) root: PathBuf,
    /// What is served for every path that is no file.
    pub(crate) page: Arc<str>,
    /// The script into which the configuration was put, where the page has no place for it.
    pub(crate) script: Option<Injected>,
}

/// A script with the configuration in it.
#[derive(Debug)]
pub(crate) struct Injected {
    pub(crate) path: PathBuf,
    pub(crate) text: Arc<str>,
}

/// Both entry points.
#[derive(Debug)]
pub(crate) struct Bundles {
    pub(crate) main: Bundle,
    pub(crate) public: Option<Bundle>,
    /// `/portal` of `app.baseUrl`.
    pub(crate) base: String,
}

impl Bundles {
    /// Reads the build.
    pub(crate) fn open(settings: &AppSettings, config: &Config) -> Result<Self, AppError> {
        let root = settings.dist.canonicalize().map_err(|error| file_error(&settings.dist, error))?;
        let schema_file = root.join(".config-schema.json");
        let schema = match read(&schema_file)? {
            None => AppSchema::default(),
            Some(text) => AppSchema::parse(&text).map_err(|message| broken(&schema_file, message))?,
        };
        let visible = frontend_config_with(config, &schema);
        let base = base_path(config.opt_str("app.baseUrl")?.unwrap_or_default());
        let injected = if settings.no_injection { None } else { Some(&visible) };
        let public = root.join("public");
        let public = match public.join("index.html").is_file() || public.join("index.html.tmpl").is_file() {
            true if !settings.no_public_entry => {
                Some(Bundle::open("public", public, &visible, injected, &base)?)
            }
            _ => None,
        };
        Ok(Self { main: Bundle::open("main", root, &visible, injected, &base)?, public, base })
    }
}

impl Bundle {
    fn open(
        name: &'static str,
        root: PathBuf,
        visible: &Value,
        injected: Option<&Value>,
        base: &str,
    ) -> Result<Self, AppError> {
        let template = root.join("index.html.tmpl");
        if let Some(text) = read(&template)? {
            // A page that is a template is filled in also where no configuration is put into it.
            let page = render(&text, Context { config: visible, public_path: base });
            let page = page.map_err(|message| broken(&template, message))?;
            let page = injected.map_or_else(|| page.clone(), |config| inject(&page, config));
            return Ok(Self { name, root, page: page.into(), script: None });
        }
        let index = root.join("index.html");
        let page = read(&index)?.ok_or_else(|| file_error(&index, std::io::ErrorKind::NotFound.into()))?;
        let script = injected.map(|config| Injected::find(&root, config)).transpose()?.flatten();
        Ok(Self { name, root, page: page.into(), script })
    }
}

impl Injected {
    /// The first script that has a place for the configuration. The file stays as it is.
    fn find(root: &Path, config: &Value) -> Result<Option<Self>, AppError> {
        let folder = root.join("static");
        let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(None) };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "js"))
            .collect();
        paths.sort();
        for path in paths {
            let Some(text) = read(&path)? else { continue };
            if text.contains(PLACEHOLDER) {
                // The script parses a text that holds JSON.
                let quoted = json!(config.to_string()).to_string();
                let text = text.replacen(PLACEHOLDER, &quoted, 1).into();
                return Ok(Some(Self { path, text }));
            }
        }
        Ok(None)
    }
}

/// A text of the build; `None` if it is not there.
fn read(path: &Path) -> Result<Option<String>, AppError> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(file_error(path, error)),
        Ok(found) if found.len() > LONGEST_TEXT => {
            return Err(broken(path, format!("it has more than {LONGEST_TEXT} bytes")));
        }
        Ok(_) => {}
    }
    std::fs::read_to_string(path).map(Some).map_err(|error| file_error(path, error))
}

fn file_error(path: &Path, source: std::io::Error) -> AppError {
    AppError::File { path: path.display().to_string(), source }
}

fn broken(path: &Path, message: String) -> AppError {
    AppError::Broken { path: path.display().to_string(), message }
}
