//! Calls of a host's REST API, with errors that say what the host said and what to do.

use std::time::Duration;

use callboard_scm::egress::{Egress, Policy, Request};
use callboard_scm::encode_segment;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::action::ActionError;

/// Bytes of an answer.
const MAX_ANSWER: u64 = 20 * 1024 * 1024;
/// Characters of what a host said.
const MAX_SAID: usize = 500;
const TIMEOUT: Duration = Duration::from_secs(60);

/// A host's API for one step.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    pub(crate) egress: Egress,
    pub(crate) policy: Policy,
    /// Without a slash at its end.
    pub(crate) base: String,
    pub(crate) authorization: Option<SecretString>,
    /// `GitHub`, for error texts.
    pub(crate) name: &'static str,
    /// Where its credentials stand, for error texts.
    pub(crate) config_key: String,
    pub(crate) accept: &'static str,
}

/// A call that did not work.
#[derive(Debug, Clone)]
pub(crate) struct HostError {
    /// The status; 0 if nobody answered, so that nobody knows whether something happened.
    pub(crate) status: u16,
    /// What the host said.
    pub(crate) said: String,
    /// The whole, for people.
    pub(crate) text: String,
}

impl From<HostError> for ActionError {
    fn from(error: HostError) -> Self {
        match error.status {
            401 | 403 => Self::NotAllowed(error.text),
            404 => Self::NotFound(error.text),
            409 => Self::Conflict(error.text),
            400 | 422 => Self::Input(error.text),
            _ => Self::Failed(error.text),
        }
    }
}

/// A path of an API made of its parts; each is encoded, and none may lead elsewhere.
pub(crate) fn path(parts: &[&str]) -> Result<String, ActionError> {
    let mut made = String::new();
    for part in parts {
        if part.is_empty() || matches!(*part, "." | "..") || part.chars().any(char::is_control) {
            return Err(ActionError::Input(format!("\"{part}\" can't stand in a call of a host's API")));
        }
        made.push('/');
        made.push_str(&encode_segment(part));
    }
    Ok(made)
}

impl Api {
    pub(crate) async fn get(&self, path: &str) -> Result<Value, HostError> {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, HostError> {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Value, HostError> {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Result<Value, HostError> {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Value, HostError> {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends; every status but success is an error. An empty answer is null.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, HostError> {
        let url = format!("{}{path}", self.base);
        let shown = url.split('?').next().unwrap_or_default().to_owned();
        let nobody = |why: String| HostError { status: 0, said: String::new(), text: why };
        let mut request = Request::get(url);
        request.method = method.clone();
        request = request.header(ACCEPT, self.accept);
        if let Some(body) = body {
            request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            request.body = body.to_string().into();
        }
        if self.name == "GitHub" {
            request = request.header(HeaderName::from_static("x-github-api-version"), "2022-11-28");
        }
        if let Some(value) = &self.authorization {
            request = request.secret_header(AUTHORIZATION, value.expose_secret());
        }
        let mut policy = self.policy.clone();
        policy.timeout = TIMEOUT;
        let response =
            self.egress.request(&policy, request).await.map_err(|error| nobody(error.to_string()))?;
        let status = response.status();
        let bytes =
            response.with_limit(MAX_ANSWER).bytes().await.map_err(|error| nobody(error.to_string()))?;
        // Gerrit puts a line in front that no script can run.
        let text = bytes.strip_prefix(b")]}'").unwrap_or(&bytes);
        let parsed: Option<Value> = serde_json::from_slice(text).ok();
        // Azure DevOps answers bad credentials with 203 and a page.
        if status.is_success() && status.as_u16() != 203 {
            return match parsed {
                Some(answer) => Ok(answer),
                None if text.iter().all(u8::is_ascii_whitespace) => Ok(Value::Null),
                None => Err(nobody(format!(
                    "{} answered {method} {shown} with something that is no JSON",
                    self.name
                ))),
            };
        }
        let said = self.masked(&match &parsed {
            Some(answer) => words(answer).join("; "),
            None => String::from_utf8_lossy(text).lines().next().unwrap_or_default().to_owned(),
        });
        let hint = self.hint(status.as_u16());
        let text = match said.is_empty() {
            true => format!("{} answered {status} to {method} {shown}{hint}", self.name),
            false => format!("{} answered {status} to {method} {shown}: {said}{hint}", self.name),
        };
        Err(HostError { status: status.as_u16(), said, text })
    }

    fn hint(&self, status: u16) -> String {
        match status {
            203 | 401 => format!(
                "; the credential is wrong or has ended: check the step's token, or {}",
                self.config_key
            ),
            403 => format!(
                "; the credential may not do this: check what the step's token, or the one in {}, is allowed",
                self.config_key
            ),
            404 => "; it does not exist, or the credential may not see it".to_owned(),
            _ => String::new(),
        }
    }

    /// Bounded, on one line, and without the credential, should a host repeat it.
    fn masked(&self, said: &str) -> String {
        let mut said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(value) = &self.authorization {
            for part in value.expose_secret().split(' ').filter(|part| part.len() > 6) {
                said = said.replace(part, "***");
            }
        }
        said.chars().filter(|c| !c.is_control()).take(MAX_SAID).collect()
    }
}

/// The sentences of an error body, in whichever of the hosts' forms it is.
fn words(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect_words(body, &mut found, 0);
    found.dedup();
    found
}

fn collect_words(value: &Value, found: &mut Vec<String>, depth: usize) {
    if depth > 4 || found.len() > 10 {
        return;
    }
    match value {
        Value::String(text) if !text.is_empty() => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect_words(item, found, depth + 1)),
        Value::Object(members) => {
            for key in ["message", "error", "error_description", "detail", "errors"] {
                if let Some(member) = members.get(key) {
                    collect_words(member, found, depth + 1);
                }
            }
            // GitHub's `{resource, field, code}`, and GitLab's `{field: [reason]}`.
            if found.is_empty() && depth > 0 {
                for (key, member) in members.iter().filter(|(_, member)| !member.is_object()) {
                    let mut inner = Vec::new();
                    collect_words(member, &mut inner, depth + 1);
                    found.extend(inner.into_iter().map(|text| format!("{key}: {text}")));
                }
            } else if let (Some(Value::String(field)), Some(Value::String(code))) =
                (members.get("field"), members.get("code"))
                && !members.contains_key("message")
            {
                found.push(format!("{field}: {code}"));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_host_said_is_found_in_every_form_of_error() {
        for (body, said) in [
            (json!({"message": "Not Found", "documentation_url": "x"}), "Not Found"),
            (
                json!({"message": "Validation Failed", "errors": [{"message": "name already exists"}]}),
                "Validation Failed; name already exists",
            ),
            (
                json!({"message": "Validation Failed", "errors": [{"resource": "Label", "field": "name", "code": "missing"}]}),
                "Validation Failed; name: missing",
            ),
            (json!({"message": {"name": ["has already been taken"]}}), "name: has already been taken"),
            (json!({"error": {"message": "Repository exists", "detail": "x"}}), "Repository exists; x"),
            (json!({"errors": [{"context": null, "message": "no such project"}]}), "no such project"),
            (json!({"error": "invalid_token", "error_description": "expired"}), "invalid_token; expired"),
        ] {
            assert_eq!(words(&body).join("; "), said, "{body}");
        }
    }

    #[test]
    fn cve_2026_29185_no_part_of_an_api_path_leads_elsewhere() {
        assert_eq!(path(&["repos", "a/b", "c?d#e"]).unwrap(), "/repos/a%2Fb/c%3Fd%23e");
        for bad in ["", ".", "..", "a\nb"] {
            assert!(path(&["repos", bad]).is_err(), "{bad:?}");
        }
    }
}
