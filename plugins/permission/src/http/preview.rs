//! `POST /.callboard/preview`: who would gain and lose what by changes that are not made.

use axum::Json;
use axum::extract::State;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use serde_json::Value;

use super::Api;
use super::body::{JsonBody, policies};
use super::guard::readable;
use super::{conditions, policies as policy_routes, roles};
use crate::service::Preview;
use crate::stored::change::Change;
use crate::validate;

/// Changes in one request.
const MAX_CHANGES: usize = 100;

pub(super) async fn preview(
    State(api): State<Api>,
    Caller(credentials): Caller,
    body: JsonBody,
) -> ApiResult<Json<Preview>> {
    let reach = readable(&api, &credentials).await?;
    let entries = match (&body.0["changes"], &body.0["change"]) {
        (Value::Array(changes), _) => changes.as_slice(),
        (Value::Null, one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => return Err(ApiError::input("'changes' must be a list of changes")),
    };
    if entries.len() > MAX_CHANGES {
        return Err(ApiError::input(format!("{} changes; a request may have {MAX_CHANGES}", entries.len())));
    }
    let changes = entries.iter().map(|entry| change(&api, entry)).collect::<ApiResult<Vec<_>>>()?;
    let user = credentials.subject().to_owned();
    Ok(Json(api.service.preview(&changes, &user, &|metadata| reach.holds(metadata)).await?))
}

fn change(api: &Api, entry: &Value) -> ApiResult<Change> {
    let name = || -> ApiResult<&str> {
        let name = entry["name"].as_str().unwrap_or_default();
        validate::role_name(name)?;
        Ok(name)
    };
    let id = || entry["id"].as_i64().ok_or_else(|| ApiError::input("'id' must be the number of a condition"));
    Ok(match entry["type"].as_str().unwrap_or_default() {
        "create-role" => roles::create_change(&entry["role"])?,
        "update-role" => roles::update_change(name()?, &entry["oldRole"], &entry["newRole"])?,
        "delete-role" => Change::DeleteRole {
            name: name()?.to_owned(),
            member: entry["memberReference"].as_str().map(str::to_lowercase),
        },
        "create-policies" => Change::CreatePolicies(policies(&entry["policies"], None, "permission policy")?),
        "update-policies" => policy_routes::update_change(name()?, &entry["oldPolicy"], &entry["newPolicy"])?,
        "delete-policies" => policy_routes::delete_change(name()?, &entry["policies"])?,
        "create-condition" => Change::CreateCondition(conditions::policy(api, &entry["condition"])?),
        "update-condition" => {
            Change::UpdateCondition { id: id()?, policy: conditions::policy(api, &entry["condition"])? }
        }
        "delete-condition" => Change::DeleteCondition { id: id()? },
        other => return Err(ApiError::input(format!("'{other}' is no type of change"))),
    })
}
