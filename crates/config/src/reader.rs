//! Reading values: typed, by dotted path, with errors that say where.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::duration;
use crate::error::ConfigError;
use crate::mask;
use crate::node::{Data, LeftOut, Node, Origin};
use crate::path::{self, KeyPath};

/// A configuration, or a view of a part of one. Cheap to clone.
///
/// Paths are dotted (`backend.database.client`); the empty path is the view itself. Null reads as absent, also in the
/// middle of a path. Keys that cannot stand in a path (`/api`, `backstage.io/x`) are reached by [`Config::entries`].
/// `opt_…` answers `None` for what is absent and an error for what is of the wrong type.
#[derive(Clone)]
pub struct Config {
    node: Node,
    path: KeyPath,
    loaded: Arc<LoadFacts>,
}

/// What only the loader knows; the same for every view.
#[derive(Default)]
struct LoadFacts {
    env: Option<Node>,
    left_out: Vec<LeftOut>,
}

impl Config {
    /// A configuration from a value built in the program, as tests do. Errors then name the key without a file.
    pub fn from_value(value: Value) -> Self {
        Self::loaded(Node::from_value(value, &Origin::without_line("value")), None, Vec::new())
    }

    pub(crate) fn loaded(node: Node, env: Option<Node>, left_out: Vec<LeftOut>) -> Self {
        Self { node, path: KeyPath::default(), loaded: Arc::new(LoadFacts { env, left_out }) }
    }

    /// The part that came from `APP_CONFIG_*`, already merged into the rest.
    pub(crate) fn env_node(&self) -> Option<&Node> {
        self.loaded.env.as_ref()
    }

    /// Values of the files that are absent because a variable is not set.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.loaded.left_out
    }

    pub(crate) fn node(&self) -> &Node {
        &self.node
    }

    /// Whether a value other than null stands at the path.
    pub fn has(&self, path: &str) -> bool {
        matches!(self.find(path), Ok(Some(_)))
    }

    /// The plain data at the path, unchecked; `None` if nothing is there.
    pub fn get(&self, path: &str) -> Option<Value> {
        self.find(path).ok().flatten().map(Node::to_value)
    }

    /// The keys of the object at the path; empty if nothing or no object is there.
    pub fn keys(&self, path: &str) -> Vec<String> {
        let map = self.find(path).ok().flatten().and_then(Node::as_map);
        map.map(|map| map.keys().cloned().collect()).unwrap_or_default()
    }

    /// The children of the object at the path in the order written, each as a view that may also be a plain value:
    /// read it with the empty path. Children that are null are left out. Empty if nothing is there.
    ///
    /// # Errors
    /// The value is no object.
    pub fn entries(&self, path: &str) -> Result<Vec<(String, Self)>, ConfigError> {
        let Some(view) = self.opt_config(path)? else { return Ok(Vec::new()) };
        let children = view.node.as_map().into_iter().flatten().filter(|(_, child)| !child.is_null());
        Ok(children.map(|(key, child)| (key.clone(), view.child(view.path.key(key), child))).collect())
    }

    /// The object at the path as a view.
    ///
    /// # Errors
    /// The value is no object.
    pub fn opt_config(&self, path: &str) -> Result<Option<Self>, ConfigError> {
        let Some(node) = self.find(path)? else { return Ok(None) };
        if node.as_map().is_none() {
            return Err(self.wrong(path, node, "an object"));
        }
        Ok(Some(self.child(self.path.dotted(path), node)))
    }

    /// As [`Config::opt_config`], for an object that must be there.
    ///
    /// # Errors
    /// The value is absent or no object.
    pub fn get_config(&self, path: &str) -> Result<Self, ConfigError> {
        self.opt_config(path)?.ok_or_else(|| self.missing(path, "an object"))
    }

    /// The objects of the array at the path; empty if nothing is there.
    ///
    /// # Errors
    /// The value is no array of objects.
    pub fn config_array(&self, path: &str) -> Result<Vec<Self>, ConfigError> {
        let views = self.items(path, "an array of objects")?.unwrap_or_default();
        match views.iter().find(|view| view.node.as_map().is_none()) {
            Some(view) => Err(view.wrong("", &view.node, "an object")),
            None => Ok(views),
        }
    }

    /// The string at the path. A number is not one, and neither is the empty string.
    ///
    /// # Errors
    /// The value is no string, or empty.
    pub fn opt_str(&self, path: &str) -> Result<Option<&str>, ConfigError> {
        match self.find(path)? {
            None => Ok(None),
            Some(Node { data: Data::Text(text), .. }) if !text.is_empty() => Ok(Some(text)),
            Some(node) => Err(self.wrong(path, node, "a string")),
        }
    }

    /// As [`Config::opt_str`], for a value that must be there.
    ///
    /// # Errors
    /// The value is absent, no string, or empty.
    pub fn get_str(&self, path: &str) -> Result<&str, ConfigError> {
        self.opt_str(path)?.ok_or_else(|| self.missing(path, "a string"))
    }

    /// As [`Config::opt_str`], owned.
    ///
    /// # Errors
    /// The value is no string, or empty.
    pub fn opt_string(&self, path: &str) -> Result<Option<String>, ConfigError> {
        Ok(self.opt_str(path)?.map(str::to_owned))
    }

    /// The strings of the array at the path.
    ///
    /// # Errors
    /// The value is no array of strings that are not empty.
    pub fn opt_string_array(&self, path: &str) -> Result<Option<Vec<String>>, ConfigError> {
        let Some(views) = self.items(path, "an array of strings")? else { return Ok(None) };
        views.iter().map(|view| view.get_str("").map(str::to_owned)).collect::<Result<_, _>>().map(Some)
    }

    /// The number at the path; a string that is a finite number is one too.
    ///
    /// # Errors
    /// The value is no number.
    pub fn opt_f64(&self, path: &str) -> Result<Option<f64>, ConfigError> {
        self.number(path, "a number", Some)
    }

    /// The whole number at the path, also written as a string.
    ///
    /// # Errors
    /// The value is no whole number within ±2⁵³, beyond which numbers of this format are not exact.
    pub fn opt_i64(&self, path: &str) -> Result<Option<i64>, ConfigError> {
        self.number(path, "a whole number", |number| {
            (number.fract() == 0.0 && number.abs() <= MAX_EXACT).then_some(number as i64)
        })
    }

    /// As [`Config::opt_i64`], not negative.
    ///
    /// # Errors
    /// The value is no whole number from 0 to 2⁵³.
    pub fn opt_u64(&self, path: &str) -> Result<Option<u64>, ConfigError> {
        self.number(path, "a whole number that is not negative", |number| {
            (number.fract() == 0.0 && (0.0..=MAX_EXACT).contains(&number)).then_some(number as u64)
        })
    }

    /// The boolean at the path; `yes|y|true|on|1` and `no|n|false|off|0` are booleans too, in any case.
    ///
    /// # Errors
    /// The value is no boolean.
    pub fn opt_bool(&self, path: &str) -> Result<Option<bool>, ConfigError> {
        let Some(node) = self.find(path)? else { return Ok(None) };
        match as_bool(node) {
            Some(value) => Ok(Some(value)),
            None => Err(self.wrong(path, node, "a boolean")),
        }
    }

    /// The duration at the path: `{minutes: 5}`, ISO 8601 (`PT5M`), or a number with a unit (`30s`, `2 hours`).
    /// A number without unit is an error.
    ///
    /// # Errors
    /// The value is no duration, or negative.
    pub fn opt_duration(&self, path: &str) -> Result<Option<Duration>, ConfigError> {
        let Some(node) = self.find(path)? else { return Ok(None) };
        duration::read(node).map(Some).map_err(|message| self.at(path, Some(node.origin.clone()), message))
    }

    /// An error about the value at the path, for checks that only its reader can make: it gets the place of the value,
    /// and `message` should say what was expected.
    pub fn error(&self, path: &str, message: impl Into<String>) -> ConfigError {
        self.at(path, self.nearest(path), message)
    }

    /// The error that says that a value is missing, and what it should be.
    pub fn missing(&self, path: &str, expected: &str) -> ConfigError {
        let key = self.path.dotted(path).to_string();
        match self.loaded.left_out.iter().rev().find(|left_out| left_out.key == key) {
            Some(LeftOut { origin, variable, .. }) => {
                let message =
                    format!("missing because the variable {variable} is not set, expected {expected}");
                self.at(path, Some(origin.clone()), message)
            }
            None => self.error(path, format!("missing, expected {expected}")),
        }
    }

    /// Where the value at the path was written.
    pub fn origin(&self, path: &str) -> Option<Origin> {
        self.find(path).ok().flatten().map(|node| node.origin.clone())
    }

    fn child(&self, path: KeyPath, node: &Node) -> Self {
        Self { node: node.clone(), path, loaded: Arc::clone(&self.loaded) }
    }

    fn items(&self, path: &str, expected: &str) -> Result<Option<Vec<Self>>, ConfigError> {
        let Some(node) = self.find(path)? else { return Ok(None) };
        let Data::List(items) = &node.data else { return Err(self.wrong(path, node, expected)) };
        let base = self.path.dotted(path);
        Ok(Some(items.iter().enumerate().map(|(at, item)| self.child(base.index(at), item)).collect()))
    }

    fn number<T>(
        &self,
        path: &str,
        expected: &str,
        accept: impl Fn(f64) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(node) = self.find(path)? else { return Ok(None) };
        match as_number(node).and_then(accept) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(path, node, expected)),
        }
    }

    fn find(&self, path: &str) -> Result<Option<&Node>, ConfigError> {
        let mut node = &self.node;
        let mut walked = self.path.clone();
        for part in path::split(path) {
            if !path::is_valid_part(part) {
                return Err(self.at(path, None, format!("{part:?} cannot be part of a key")));
            }
            if node.is_null() {
                return Ok(None);
            }
            let Some(map) = node.as_map() else {
                return Err(wrong(&walked, node, "an object"));
            };
            let Some(child) = map.get(part) else { return Ok(None) };
            node = child;
            walked = walked.key(part);
        }
        Ok((!node.is_null()).then_some(node))
    }

    /// Where the value stands, or the nearest object around the place where it should stand.
    fn nearest(&self, path: &str) -> Option<Origin> {
        let mut node = &self.node;
        for part in path::split(path) {
            match node.as_map().and_then(|map| map.get(part)) {
                Some(child) => node = child,
                None => break,
            }
        }
        (node.origin.line > 0 || !node.origin.source.is_empty()).then(|| node.origin.clone())
    }

    fn at(&self, path: &str, origin: Option<Origin>, message: impl Into<String>) -> ConfigError {
        ConfigError { origin, key: self.path.dotted(path).to_string(), message: message.into() }
    }

    fn wrong(&self, path: &str, node: &Node, expected: &str) -> ConfigError {
        wrong(&self.path.dotted(path), node, expected)
    }
}

/// Numbers beyond this lose digits, because JSON numbers are doubles in everything that writes these files.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// A number, or a string that is one.
pub(crate) fn as_number(node: &Node) -> Option<f64> {
    match &node.data {
        Data::Number(number) => number.as_f64(),
        Data::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// A boolean, or what counts as one.
pub(crate) fn as_bool(node: &Node) -> Option<bool> {
    let word = match &node.data {
        Data::Bool(value) => return Some(*value),
        Data::Number(number) => number.to_string(),
        Data::Text(text) => text.trim().to_ascii_lowercase(),
        _ => return None,
    };
    match word.as_str() {
        "y" | "yes" | "true" | "1" | "on" => Some(true),
        "n" | "no" | "false" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// The error for a value of the wrong type.
pub(crate) fn wrong(path: &KeyPath, node: &Node, expected: &str) -> ConfigError {
    ConfigError {
        origin: Some(node.origin.clone()),
        key: path.to_string(),
        message: format!("expected {expected}, got {}", mask::describe(path, node)),
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::loaded(Node::empty_map(Origin::without_line("")), None, Vec::new())
    }
}

/// Shows keys, never values.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("path", &self.path.to_string()).field("keys", &self.keys("")).finish()
    }
}
