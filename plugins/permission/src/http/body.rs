//! Bodies of JSON and what is read out of them.

use std::collections::BTreeSet;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use callboard_kit::error::ApiError;
use http::StatusCode;
use serde_json::Value;

use crate::error::RbacError;
use crate::model::Policy;
use crate::stored::change::RoleBody;
use crate::validate;

/// Bytes of a body.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// A body that must be JSON; null if there is none.
#[derive(Debug)]
pub(crate) struct JsonBody(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| {
            let message = format!("The body can't be read, or is larger than the limit of {MAX_BODY} bytes");
            ApiError::new("PayloadTooLargeError", StatusCode::PAYLOAD_TOO_LARGE, message)
        })?;
        if bytes.is_empty() {
            return Ok(Self(Value::Null));
        }
        let body = serde_json::from_slice(&bytes);
        body.map(Self).map_err(|error| ApiError::input(format!("The body is not JSON: {error}")))
    }
}

fn input(message: impl Into<String>) -> RbacError {
    RbacError::Input(message.into())
}

/// The policies of a list that may not be empty; `what` names it in errors. `role` is whose they are, where the path says.
pub(crate) fn policies(
    value: &Value,
    role: Option<&str>,
    what: &str,
) -> Result<Vec<(String, Policy)>, RbacError> {
    let entries = value.as_array().filter(|entries| !entries.is_empty());
    let entries = entries.ok_or_else(|| input(format!("{what} must be present")))?;
    let mut found = Vec::new();
    for entry in entries {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        let invalid = |error: RbacError| input(format!("Invalid {what} definition. Cause: {error}"));
        let name = role.unwrap_or_else(|| text("entityReference"));
        validate::role_name(name).map_err(invalid)?;
        let policy = validate::policy(text("permission"), text("policy"), text("effect")).map_err(invalid)?;
        if found.iter().any(|(other, known): &(String, Policy)| other == name && *known == policy) {
            return Err(RbacError::Conflict(format!(
                "Duplicate polices found; {name}, {}, {}, {} is a duplicate",
                policy.permission,
                policy.action.as_str(),
                policy.effect.as_str()
            )));
        }
        found.push((name.to_owned(), policy));
    }
    Ok(found)
}

/// The members of a list, lower-case.
pub(crate) fn members(role: &Value) -> Result<BTreeSet<String>, RbacError> {
    let entries = role["memberReferences"].as_array().filter(|entries| !entries.is_empty());
    let entries = entries.ok_or_else(|| input("'memberReferences' field must not be empty"))?;
    let mut members = BTreeSet::new();
    for entry in entries {
        let member = entry.as_str().unwrap_or_default().to_lowercase();
        validate::member(&member)?;
        if !members.insert(member.clone()) {
            return Err(RbacError::Conflict(format!(
                "Duplicate role members found; {member} is a duplicate"
            )));
        }
    }
    Ok(members)
}

/// A role with its members and metadata.
pub(crate) fn role(value: &Value) -> Result<RoleBody, RbacError> {
    let name = value["name"].as_str().unwrap_or_default();
    if name.is_empty() {
        return Err(input("'name' field must not be empty"));
    }
    validate::role_name(name)?;
    let text = |key: &str| match &value["metadata"][key] {
        Value::Null => Ok(None),
        Value::String(text) if text.len() <= 4_096 => Ok(Some(text.clone())),
        _ => Err(input(format!("'metadata.{key}' must be a string of at most 4096 bytes"))),
    };
    let (description, owner) = (text("description")?, text("owner")?.map(|owner| owner.to_lowercase()));
    validate::owner(owner.as_deref().unwrap_or_default())?;
    Ok(RoleBody { name: name.to_owned(), members: members(value)?, description, owner })
}

/// The error of a part, with what it is part of; conflicts stay conflicts.
pub(crate) fn within(what: &str, error: RbacError) -> RbacError {
    match error {
        RbacError::Input(message) => input(format!("{what}. Cause: {message}")),
        other => other,
    }
}

/// The role that a path names.
pub(crate) fn role_of_path(kind: &str, namespace: &str, name: &str) -> Result<String, RbacError> {
    let role = format!("{kind}:{namespace}/{name}");
    validate::role_name(&role)?;
    Ok(role)
}
