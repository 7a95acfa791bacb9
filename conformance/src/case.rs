//! One recorded request with its answer, as it stands in `cases/*.json`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;

/// A recorded request with its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// Unique in its file.
    pub name: String,
    /// What was sent.
    pub request: RecordedRequest,
    /// What came back.
    pub response: RecordedResponse,
    /// Values taken from earlier answers, by the name that `{{name}}` refers to.
    #[serde(default)]
    pub captures: BTreeMap<String, Capture>,
    /// How long Backstage needed for background work before this case.
    #[serde(default)]
    pub wait_seconds: f64,
    /// Two recordings of Backstage itself differed in order or page.
    #[serde(default)]
    pub chance: bool,
    /// Keys that are left out of the comparison because they hold Backstage's own prose.
    #[serde(default)]
    pub ignore_keys: Vec<String>,
}

/// What was sent.
#[derive(Debug, Clone, Deserialize)]
pub struct RecordedRequest {
    /// HTTP method.
    pub method: String,
    /// Path with query, `{{name}}` where a captured value goes.
    pub path: String,
    /// Headers; `authorization` is `<static>`, `<guest>` or `<bad>`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// JSON, or text to send as it is.
    #[serde(default)]
    pub body: Value,
}

/// What came back.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordedResponse {
    /// HTTP status.
    pub status: u16,
    /// The headers that are part of the wire.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// JSON, text, or null where it was not kept.
    #[serde(default)]
    pub body: Value,
    /// Only status and media type count.
    #[serde(default)]
    pub body_not_compared: bool,
    /// Statuses that are right where Backstage itself is at fault.
    #[serde(default)]
    pub also: Vec<u16>,
}

/// Where a captured value comes from.
#[derive(Debug, Clone, Deserialize)]
pub struct Capture {
    /// Name of the earlier case.
    pub case: String,
    /// JSON pointer into its body, or `@link:<parameter>` for a query parameter of its Link header.
    pub pointer: String,
}

/// Reads a file of cases.
pub fn load(path: &Path) -> anyhow::Result<Vec<Case>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not a list of cases", path.display()))
}
