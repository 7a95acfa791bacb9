//! `/policies`: what roles are allowed and denied.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Api;
use super::body::{JsonBody, policies, role_of_path};
use super::guard::{Reach, changeable, readable};
use crate::engine::snapshot::Snapshot;
use crate::integration::{CREATE, DELETE, UPDATE};
use crate::model::{Policy, Role};
use crate::stored::change::{Change, Outcome};

type RolePath = Path<(String, String, String)>;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Wanted {
    entity_ref: String,
    permission: String,
    policy: String,
    effect: String,
}

impl Wanted {
    fn fits(&self, role: &Role, policy: &Policy) -> bool {
        let fits = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        fits(&self.entity_ref, &role.name)
            && fits(&self.permission, &policy.permission)
            && fits(&self.policy, policy.action.as_str())
            && fits(&self.effect, policy.effect.as_str())
    }
}

fn listed(snapshot: &Snapshot, reach: &Reach, wanted: &Wanted) -> Vec<Value> {
    let mut found = Vec::new();
    for role in snapshot.roles.iter().filter(|role| reach.holds(&role.metadata)) {
        for (policy, _) in role.policies.iter().filter(|(policy, _)| wanted.fits(role, policy)) {
            found.push(json!({
                "entityReference": role.name,
                "permission": policy.permission,
                "policy": policy.action.as_str(),
                "effect": policy.effect.as_str(),
                "metadata": {"source": role.source.as_str()},
            }));
        }
    }
    found
}

pub(super) async fn list(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Query(wanted): Query<Wanted>,
) -> ApiResult<Json<Vec<Value>>> {
    let reach = readable(&api, &credentials).await?;
    Ok(Json(listed(&api.service.snapshot(), &reach, &wanted)))
}

pub(super) async fn of_role(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): RolePath,
) -> ApiResult<Json<Vec<Value>>> {
    let reach = readable(&api, &credentials).await?;
    let entity_ref = role_of_path(&kind, &namespace, &name)?;
    let wanted = Wanted { entity_ref, ..Wanted::default() };
    let found = listed(&api.service.snapshot(), &reach, &wanted);
    if found.is_empty() {
        return Err(ApiError::not_found(format!("{} has no policies", wanted.entity_ref)));
    }
    Ok(Json(found))
}

pub(super) async fn create(
    State(api): State<Api>,
    Caller(credentials): Caller,
    body: JsonBody,
) -> ApiResult<StatusCode> {
    let (reach, user) = changeable(&api, CREATE, &credentials).await?;
    let policies = policies(&body.0, None, "permission policy")?;
    let change = Change::CreatePolicies(policies);
    make(&api, "policy-write", &user, &reach, change, json!({"actionType": "create", "policies": body.0}))
        .await?;
    Ok(StatusCode::CREATED)
}

pub(super) async fn update(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): RolePath,
    body: JsonBody,
) -> ApiResult<StatusCode> {
    let (reach, user) = changeable(&api, UPDATE, &credentials).await?;
    let role = role_of_path(&kind, &namespace, &name)?;
    let change = update_change(&role, &body.0["oldPolicy"], &body.0["newPolicy"])?;
    let meta = json!({"actionType": "update", "role": role, "oldPolicy": body.0["oldPolicy"], "newPolicy": body.0["newPolicy"]});
    let outcome = make(&api, "policy-write", &user, &reach, change, meta).await?;
    Ok(if outcome == Outcome::Unchanged { StatusCode::NO_CONTENT } else { StatusCode::OK })
}

/// The change that `{oldPolicy, newPolicy}` asks for.
pub(super) fn update_change(role: &str, old: &Value, new: &Value) -> ApiResult<Change> {
    let only =
        |policies: Vec<(String, Policy)>| policies.into_iter().map(|(_, policy)| policy).collect::<Vec<_>>();
    let old = only(policies(old, Some(role), "'oldPolicy' object")?);
    let new = only(policies(new, Some(role), "'newPolicy' object")?);
    if old.len() > new.len() {
        return Err(ApiError::input(
            "'oldPolicy' object has more permission policies compared to 'newPolicy' object",
        ));
    }
    Ok(Change::UpdatePolicies { role: role.to_owned(), old, new })
}

pub(super) async fn remove(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): RolePath,
    body: JsonBody,
) -> ApiResult<Response> {
    let (reach, user) = changeable(&api, DELETE, &credentials).await?;
    let role = role_of_path(&kind, &namespace, &name)?;
    let change = delete_change(&role, &body.0)?;
    let meta = json!({"actionType": "delete", "role": role, "policies": body.0});
    make(&api, "policy-write", &user, &reach, change, meta).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The change that a list of policies asks for.
pub(super) fn delete_change(role: &str, body: &Value) -> ApiResult<Change> {
    let policies = policies(body, Some(role), "permission policy")?;
    let policies = policies.into_iter().map(|(_, policy)| policy).collect();
    Ok(Change::DeletePolicies { role: role.to_owned(), policies })
}

/// Makes one change and takes it down.
pub(super) async fn make(
    api: &Api,
    event_id: &'static str,
    user: &str,
    reach: &Reach,
    change: Change,
    meta: Value,
) -> ApiResult<Outcome> {
    let outcome = api.service.change(&[change], user, &|metadata| reach.holds(metadata)).await;
    let outcome = outcome.map_err(ApiError::from);
    api.record(event_id, user, meta, outcome.as_ref().err());
    Ok(outcome?.into_iter().next().unwrap_or(Outcome::Unchanged))
}
