//! Includes and substitution, applied to every value of a file.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::files::{ConfigFiles, MAX_FILE_BYTES};
use super::substitute::{Substituted, substitute, variable};
use super::yaml;
use crate::error::ConfigError;
use crate::node::{Data, LeftOut, Map, Node, Origin};
use crate::path::KeyPath;

/// How deep `$include` may nest; a file that includes itself ends here.
const MAX_INCLUDE_DEPTH: usize = 16;
/// How deep values may nest, what includes bring in counted.
const MAX_VALUE_DEPTH: usize = 200;
/// How many files one configuration may be made of.
const MAX_FILES: usize = 500;
/// How many bytes they may have together.
const MAX_TOTAL_BYTES: usize = 64 * 1024 * 1024;

/// Reads files and resolves what they refer to.
pub(super) struct Transformer<'a> {
    pub(super) files: &'a dyn ConfigFiles,
    pub(super) env: &'a BTreeMap<String, String>,
    /// Files below this folder are named relative to it.
    pub(super) root: &'a Path,
    /// Every file that was read, in order.
    pub(super) read: Vec<PathBuf>,
    /// Values that vanished because a variable is not set.
    pub(super) left_out: Vec<LeftOut>,
    bytes: usize,
}

/// Where the walk is: the folder of the file at hand, and how many includes lie above.
#[derive(Clone, Copy)]
struct Place<'p> {
    folder: &'p Path,
    depth: usize,
}

impl<'a> Transformer<'a> {
    pub(super) fn new(files: &'a dyn ConfigFiles, env: &'a BTreeMap<String, String>, root: &'a Path) -> Self {
        Self { files, env, root, read: Vec::new(), left_out: Vec::new(), bytes: 0 }
    }

    /// Loads one file as a source of configuration.
    pub(super) fn load(&mut self, path: &Path) -> Result<Node, ConfigError> {
        let source = self.name_of(path);
        let origin = Origin::without_line(Arc::clone(&source));
        let text = self.text_of(path).map_err(|message| ConfigError::source(origin.clone(), message))?;
        let node = yaml::parse(&text, &source)?;
        if node.is_null() {
            return Ok(Node::empty_map(origin));
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let found = node.origin.clone();
        let kind = node.kind();
        let node = self.walk(node, Place { folder: &folder, depth: 0 }, &KeyPath::default())?;
        match node {
            Some(node) if node.as_map().is_some() => Ok(node),
            _ => {
                Err(ConfigError::source(found, format!("a config file must hold an object, this is {kind}")))
            }
        }
    }

    fn walk(&mut self, node: Node, at: Place<'_>, path: &KeyPath) -> Result<Option<Node>, ConfigError> {
        let Node { data, origin } = node;
        if path.steps().len() > MAX_VALUE_DEPTH {
            let message = format!("values nest deeper than {MAX_VALUE_DEPTH} levels");
            return Err(ConfigError::source(origin, message));
        }
        let data = match data {
            Data::Text(text) => return Ok(self.substituted(text, origin, path)),
            Data::List(items) => {
                let mut out = Vec::with_capacity(items.len());
                for (index, item) in Arc::unwrap_or_clone(items).into_iter().enumerate() {
                    out.extend(self.walk(item, at, &path.index(index))?);
                }
                Data::List(Arc::new(out))
            }
            Data::Map(map) => {
                if let Some(kind) = include_key(&map).map_err(|message| error(path, &origin, message))? {
                    return self.include(kind, &map, at, path);
                }
                let mut out = Map::with_capacity(map.len());
                for (key, value) in Arc::unwrap_or_clone(map) {
                    let below = path.key(&key);
                    if let Some(value) = self.walk(value, at, &below)? {
                        out.insert(key, value);
                    }
                }
                Data::Map(Arc::new(out))
            }
            plain => plain,
        };
        Ok(Some(Node { data, origin }))
    }

    fn substituted(&mut self, text: Arc<str>, origin: Origin, path: &KeyPath) -> Option<Node> {
        match substitute(&text, self.env) {
            Substituted::Unchanged => Some(Node { data: Data::Text(text), origin }),
            Substituted::Text { text, via } => {
                let via = if via.is_empty() { origin.via } else { Some(via.join(" ").into()) };
                Some(Node { data: Data::Text(text.into()), origin: Origin { via, ..origin } })
            }
            Substituted::Unset { variable } => {
                self.left_out.push(LeftOut { key: path.to_string(), origin, variable });
                None
            }
        }
    }

    fn include(
        &mut self,
        kind: Include,
        map: &Map,
        at: Place<'_>,
        path: &KeyPath,
    ) -> Result<Option<Node>, ConfigError> {
        let Some(argument) = map.get(kind.key()) else { return Ok(None) };
        let origin = argument.origin.clone();
        let fail = |message: String| error(path, &origin, format!("{}: {message}", kind.key()));
        let Data::Text(text) = &argument.data else {
            return Err(fail(format!("expected a string, got {}", argument.kind())));
        };
        let via = Some(format!("{}: {text}", kind.key()).into());
        let text = match substitute(text, self.env) {
            Substituted::Unchanged => text.as_ref().to_owned(),
            Substituted::Text { text, .. } => text,
            Substituted::Unset { variable } => {
                return Err(fail(format!("the variable {variable} is not set")));
            }
        };
        match kind {
            Include::Env => match variable(self.env, &text) {
                Some(value) => {
                    Ok(Some(Node { data: Data::Text(value.into()), origin: Origin { via, ..origin } }))
                }
                None => {
                    self.left_out.push(LeftOut { key: path.to_string(), origin, variable: text });
                    Ok(None)
                }
            },
            Include::File => {
                let value = self.text_of(&join(at.folder, &text)).map_err(fail)?;
                let data = Data::Text(value.trim_end().into());
                Ok(Some(Node { data, origin: Origin { via, ..origin } }))
            }
            Include::Tree => self.include_tree(&text, at, path, &fail),
        }
    }

    fn include_tree(
        &mut self,
        argument: &str,
        at: Place<'_>,
        path: &KeyPath,
        fail: &dyn Fn(String) -> ConfigError,
    ) -> Result<Option<Node>, ConfigError> {
        if at.depth >= MAX_INCLUDE_DEPTH {
            return Err(fail(format!(
                "includes nest deeper than {MAX_INCLUDE_DEPTH} files; does a file include itself?"
            )));
        }
        let (name, selected) = argument.split_once('#').unwrap_or((argument, ""));
        let file = join(at.folder, name);
        let is_json = match file.extension().and_then(|extension| extension.to_str()) {
            Some("json") => true,
            Some("yaml" | "yml") => false,
            _ => return Err(fail(format!("{name}: only .json, .yaml and .yml files can be included"))),
        };
        let text = self.text_of(&file).map_err(fail)?;
        let source = self.name_of(&file);
        let mut node = if is_json { json(&text, &source)? } else { yaml::parse(&text, &source)? };
        for part in selected.split('.').filter(|_| !selected.is_empty()) {
            let Some(map) = node.as_map() else {
                return Err(fail(format!("{selected:?} leads through a value of {name} that is no object")));
            };
            match map.get(part) {
                Some(child) => node = child.clone(),
                None => return Ok(None),
            }
        }
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        self.walk(node, Place { folder: &folder, depth: at.depth + 1 }, path)
    }

    fn text_of(&mut self, path: &Path) -> Result<String, String> {
        if self.read.len() >= MAX_FILES {
            return Err(format!("the configuration is made of more than {MAX_FILES} files"));
        }
        self.read.push(path.to_owned());
        let text =
            self.files.read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        self.bytes = self.bytes.saturating_add(text.len());
        if text.len() as u64 > MAX_FILE_BYTES || self.bytes > MAX_TOTAL_BYTES {
            return Err(format!(
                "{} is too long: a config file may have {MAX_FILE_BYTES} bytes, all together {MAX_TOTAL_BYTES}",
                path.display()
            ));
        }
        Ok(text)
    }

    fn name_of(&self, path: &Path) -> Arc<str> {
        path.strip_prefix(self.root).unwrap_or(path).display().to_string().into()
    }
}

/// An object with one of these keys stands for something else; other keys that begin with `$` are data.
#[derive(Clone, Copy)]
enum Include {
    File,
    Env,
    Tree,
}

impl Include {
    fn key(self) -> &'static str {
        match self {
            Self::File => "$file",
            Self::Env => "$env",
            Self::Tree => "$include",
        }
    }
}

fn include_key(map: &Map) -> Result<Option<Include>, String> {
    let found =
        [Include::File, Include::Env, Include::Tree].into_iter().find(|kind| map.contains_key(kind.key()));
    match found {
        Some(kind) if map.len() > 1 => {
            Err(format!("{} cannot have other keys beside it in the same object", kind.key()))
        }
        found => Ok(found),
    }
}

fn error(path: &KeyPath, origin: &Origin, message: String) -> ConfigError {
    ConfigError { origin: Some(origin.clone()), key: path.to_string(), message }
}

fn json(text: &str, source: &Arc<str>) -> Result<Node, ConfigError> {
    let origin = Origin::without_line(Arc::clone(source));
    let value: Value = serde_json::from_str(text).map_err(|error| {
        // The parser's own text may quote the document, which may hold secrets.
        let origin = Origin { line: error.line(), column: error.column(), ..origin.clone() };
        ConfigError::source(origin, "this is not valid JSON")
    })?;
    Ok(Node::from_value(value, &origin))
}

/// Joins as the shell would see it, with `.` and `..` resolved by name so that errors show the file meant.
pub(super) fn join(folder: &Path, path: &str) -> PathBuf {
    let mut out = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
