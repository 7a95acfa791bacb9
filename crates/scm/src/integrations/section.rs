//! One section of the configuration: typed look-ups whose errors name the full key.

use secrecy::SecretString;
use serde_json::Value;

/// A value under `integrations`, `backend.reading` or `aws` that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct ScmConfigError {
    /// The full key, for example `integrations.github[0].token`.
    pub key: String,
    /// What is wrong with it and what would be right.
    pub problem: String,
}

/// An object of the configuration and the key under which it stands.
#[derive(Clone)]
pub(crate) struct Section<'a> {
    value: Option<&'a Value>,
    key: String,
}

impl<'a> Section<'a> {
    pub(crate) fn new(value: Option<&'a Value>, key: &str) -> Self {
        Self { value: value.filter(|v| !v.is_null()), key: key.to_owned() }
    }

    pub(crate) fn exists(&self) -> bool {
        self.value.is_some()
    }

    pub(crate) fn error(&self, field: &str, problem: impl Into<String>) -> ScmConfigError {
        let key = if field.is_empty() { self.key.clone() } else { format!("{}.{field}", self.key) };
        ScmConfigError { key, problem: problem.into() }
    }

    fn member(&self, field: &str) -> Result<Option<&'a Value>, ScmConfigError> {
        match self.value {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(object.get(field).filter(|v| !v.is_null())),
            Some(other) => Err(self.error("", format!("expected an object, found {}", kind(other)))),
        }
    }

    pub(crate) fn child(&self, field: &str) -> Result<Section<'a>, ScmConfigError> {
        let child = Section::new(self.member(field)?, &format!("{}.{field}", self.key));
        match child.value {
            None | Some(Value::Object(_)) => Ok(child),
            Some(other) => Err(child.error("", format!("expected an object, found {}", kind(other)))),
        }
    }

    /// The objects of a list; an absent list is empty.
    pub(crate) fn list(&self, field: &str) -> Result<Vec<Section<'a>>, ScmConfigError> {
        match self.member(field)? {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    let key = format!("{}.{field}[{index}]", self.key);
                    match item {
                        Value::Object(_) => Ok(Section { value: Some(item), key }),
                        other => Err(ScmConfigError {
                            key,
                            problem: format!("expected an object, found {}", kind(other)),
                        }),
                    }
                })
                .collect(),
            Some(other) => Err(self.error(field, format!("expected a list, found {}", kind(other)))),
        }
    }

    pub(crate) fn string(&self, field: &str) -> Result<Option<String>, ScmConfigError> {
        match self.member(field)? {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Err(self.error(
                field,
                "is empty; remove the key or give it a value (is its environment variable set?)",
            )),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
            Some(other) => Err(self.error(field, format!("expected a text, found {}", kind(other)))),
        }
    }

    /// The untyped member, for shapes that no other look-up covers.
    pub(crate) fn value_of(&self, field: &str) -> Option<&'a Value> {
        self.value.and_then(|value| value.get(field))
    }

    pub(crate) fn required(&self, field: &str) -> Result<String, ScmConfigError> {
        self.string(field)?.ok_or_else(|| self.error(field, "is required"))
    }

    pub(crate) fn secret(&self, field: &str) -> Result<Option<SecretString>, ScmConfigError> {
        Ok(self.string(field)?.map(SecretString::from))
    }

    /// A text, or a number that is meant as one (`appId: 12345`).
    pub(crate) fn text_or_number(&self, field: &str) -> Result<Option<String>, ScmConfigError> {
        match self.member(field)? {
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            _ => self.string(field),
        }
    }

    pub(crate) fn boolean(&self, field: &str) -> Result<Option<bool>, ScmConfigError> {
        match self.member(field)? {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "y" | "yes" | "true" | "1" | "on" => Ok(Some(true)),
                "n" | "no" | "false" | "0" | "off" => Ok(Some(false)),
                _ => Err(self.error(field, "expected true or false")),
            },
            Some(other) => Err(self.error(field, format!("expected true or false, found {}", kind(other)))),
        }
    }

    pub(crate) fn number(&self, field: &str) -> Result<Option<u64>, ScmConfigError> {
        match self.member(field)? {
            None => Ok(None),
            Some(Value::Number(number)) => number
                .as_u64()
                .map(Some)
                .ok_or_else(|| self.error(field, "expected a whole number that is not negative")),
            Some(Value::String(text)) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_| self.error(field, "expected a whole number that is not negative")),
            Some(other) => Err(self.error(field, format!("expected a number, found {}", kind(other)))),
        }
    }

    pub(crate) fn strings(&self, field: &str) -> Result<Option<Vec<String>>, ScmConfigError> {
        match self.member(field)? {
            None => Ok(None),
            Some(Value::Array(items)) => items
                .iter()
                .enumerate()
                .map(|(index, item)| match item {
                    Value::String(text) if !text.is_empty() => Ok(text.clone()),
                    _ => Err(self.error(&format!("{field}[{index}]"), "expected a text that is not empty")),
                })
                .collect::<Result<Vec<_>, _>>()
                .map(Some),
            Some(other) => Err(self.error(field, format!("expected a list of texts, found {}", kind(other)))),
        }
    }

    /// The host of an integration: a name with an optional port, no scheme and no path.
    pub(crate) fn host(&self, default: Option<&str>) -> Result<String, ScmConfigError> {
        let host = match (self.string("host")?, default) {
            (Some(host), _) => host,
            (None, Some(default)) => default.to_owned(),
            (None, None) => return Err(self.error("host", "is required, for example git.example.com")),
        };
        let parsed = url::Url::parse(&format!("https://{host}/"));
        match parsed {
            Ok(url) if authority(&url) == host.to_ascii_lowercase() && url.username().is_empty() => {
                Ok(host.to_ascii_lowercase())
            }
            _ => Err(self.error(
                "host",
                format!(
                    "\"{host}\" is not a host; write a name with an optional port, without https:// and path"
                ),
            )),
        }
    }

    /// An http(s) base URL without a trailing slash.
    pub(crate) fn base_url(&self, field: &str) -> Result<Option<String>, ScmConfigError> {
        let Some(text) = self.string(field)? else { return Ok(None) };
        match url::Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                if !url.username().is_empty() || url.password().is_some() {
                    return Err(
                        self.error(field, "must not hold a user or password; use the keys made for them")
                    );
                }
                Ok(Some(text.trim_end_matches('/').to_owned()))
            }
            _ => Err(self.error(field, "is not an http or https URL")),
        }
    }
}

/// `host` or `host:port` as JavaScript's `URL.host` has it: without the scheme's own port.
pub(crate) fn authority(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
