//! `/roles`: who has which role.

use axum::Json;
use axum::extract::{Path, Query, State};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Api;
use super::body::{JsonBody, members, role, role_of_path, within};
use super::guard::{changeable, readable};
use super::policies::make;
use crate::integration::{CREATE, DELETE, UPDATE};
use crate::model::Role;
use crate::stored::change::{Change, Outcome};

type RolePath = Path<(String, String, String)>;

/// `Wed, 25 Nov 2026 14:05:47 GMT`; empty for never.
fn date(millis: i64) -> String {
    match jiff::Timestamp::from_millisecond(millis) {
        Ok(at) if millis > 0 => at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        _ => String::new(),
    }
}

fn to_wire(role: &Role) -> Value {
    let own = &role.metadata;
    let mut metadata = json!({
        "source": role.source.as_str(),
        "description": own.description,
        "author": own.author,
        "modifiedBy": own.modified_by,
        "lastModified": date(own.last_modified),
        "createdAt": date(own.created_at),
        "owner": own.owner,
    });
    if role.is_default {
        metadata["isDefault"] = true.into();
    }
    json!({"memberReferences": role.members, "name": role.name, "metadata": metadata})
}

pub(super) async fn list(State(api): State<Api>, Caller(credentials): Caller) -> ApiResult<Json<Vec<Value>>> {
    let reach = readable(&api, &credentials).await?;
    let snapshot = api.service.snapshot();
    Ok(Json(snapshot.roles.iter().filter(|role| reach.holds(&role.metadata)).map(to_wire).collect()))
}

pub(super) async fn one(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): RolePath,
) -> ApiResult<Json<Vec<Value>>> {
    let reach = readable(&api, &credentials).await?;
    let name = role_of_path(&kind, &namespace, &name)?;
    let snapshot = api.service.snapshot();
    match snapshot.role(&name).filter(|role| reach.holds(&role.metadata)) {
        Some(role) => Ok(Json(vec![to_wire(role)])),
        None => Err(ApiError::not_found(format!("The role {name} was not found"))),
    }
}

pub(super) async fn create(
    State(api): State<Api>,
    Caller(credentials): Caller,
    body: JsonBody,
) -> ApiResult<StatusCode> {
    let (reach, user) = changeable(&api, CREATE, &credentials).await?;
    let change = create_change(&body.0)?;
    make(&api, "role-write", &user, &reach, change, json!({"actionType": "create", "role": body.0})).await?;
    Ok(StatusCode::CREATED)
}

/// The change that a role asks for.
pub(super) fn create_change(body: &Value) -> ApiResult<Change> {
    Ok(Change::CreateRole(role(body).map_err(|error| within("Invalid role definition", error))?))
}

pub(super) async fn update(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): RolePath,
    body: JsonBody,
) -> ApiResult<StatusCode> {
    let (reach, user) = changeable(&api, UPDATE, &credentials).await?;
    let name = role_of_path(&kind, &namespace, &name)?;
    let change = update_change(&name, &body.0["oldRole"], &body.0["newRole"])?;
    let meta = json!({"actionType": "update", "name": name, "oldRole": body.0["oldRole"], "newRole": body.0["newRole"]});
    let outcome = make(&api, "role-write", &user, &reach, change, meta).await?;
    Ok(if outcome == Outcome::Unchanged { StatusCode::NO_CONTENT } else { StatusCode::OK })
}

/// The change that `{oldRole, newRole}` asks for.
pub(super) fn update_change(name: &str, old: &Value, new: &Value) -> ApiResult<Change> {
    for (part, value) in [("oldRole", old), ("newRole", new)] {
        if !value.is_object() {
            return Err(ApiError::input(format!("'{part}' object must be present")));
        }
    }
    let old_members = members(old).map_err(|error| within("Invalid old role object", error))?;
    let new = role(new).map_err(|error| within("Invalid new role object", error))?;
    Ok(Change::UpdateRole { name: name.to_owned(), old_members, new })
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Which {
    member_references: Option<String>,
}

pub(super) async fn remove(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): RolePath,
    Query(which): Query<Which>,
) -> ApiResult<StatusCode> {
    let (reach, user) = changeable(&api, DELETE, &credentials).await?;
    let name = role_of_path(&kind, &namespace, &name)?;
    let member = which.member_references.map(|member| member.to_lowercase());
    let meta = json!({"actionType": "delete", "name": name, "member": member});
    let change = Change::DeleteRole { name, member };
    make(&api, "role-write", &user, &reach, change, meta).await?;
    Ok(StatusCode::NO_CONTENT)
}
