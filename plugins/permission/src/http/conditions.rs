//! `/roles/conditions`: what roles may do under conditions.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use http::StatusCode;
use serde_json::{Value, json};

use super::Api;
use super::body::JsonBody;
use super::guard::{Reach, changeable, readable};
use super::policies::make;
use crate::engine::snapshot::Snapshot;
use crate::error::RbacError;
use crate::integration::{CREATE, DELETE, UPDATE};
use crate::model::{Action, ConditionalPolicy, PlacedCondition};
use crate::stored::change::{Change, Outcome};
use crate::validate;

/// What a list is narrowed to.
#[derive(Debug, Default)]
struct Wanted {
    role: Option<String>,
    plugin_id: Option<String>,
    resource_type: Option<String>,
    actions: Vec<Action>,
}

impl Wanted {
    fn read(query: Option<&str>) -> Result<Self, RbacError> {
        let mut wanted = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let value = value.into_owned();
            match name.as_ref() {
                _ if value.is_empty() => {}
                "roleEntityRef" => wanted.role = wanted.role.or(Some(value)),
                "pluginId" => wanted.plugin_id = wanted.plugin_id.or(Some(value)),
                "resourceType" => wanted.resource_type = wanted.resource_type.or(Some(value)),
                "actions" => wanted.actions.push(Action::parse(&value).ok_or_else(|| {
                    RbacError::Input(format!("Invalid permission action query value: {value}"))
                })?),
                _ => {}
            }
        }
        Ok(wanted)
    }

    fn fits(&self, policy: &ConditionalPolicy) -> bool {
        let fits = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
        fits(&self.role, &policy.role)
            && fits(&self.plugin_id, &policy.plugin_id)
            && fits(&self.resource_type, &policy.resource_type)
            && self.actions.iter().all(|action| policy.mapping.iter().any(|one| one.action == *action))
    }
}

fn reaches(snapshot: &Snapshot, reach: &Reach, policy: &ConditionalPolicy) -> bool {
    snapshot.role(&policy.role).is_some_and(|role| reach.holds(&role.metadata))
}

/// A condition with the names of the permissions that it is about, as far as they are known here.
fn to_wire(api: &Api, placed: &PlacedCondition) -> Value {
    let policy = &placed.policy;
    let mut mapping = Vec::new();
    for one in &policy.mapping {
        if let Some(name) = &one.name {
            mapping.push(json!({"name": name, "action": one.action.as_str()}));
            continue;
        }
        let plugins = api.service.integrations().iter().filter(|known| known.plugin_id() == policy.plugin_id);
        let before = mapping.len();
        for known in plugins.flat_map(|known| known.permissions()) {
            let is_it = known.resource_type == Some(policy.resource_type.as_str())
                && Action::of(known.action) == Some(one.action);
            if is_it {
                mapping.push(json!({"name": known.name, "action": one.action.as_str()}));
            }
        }
        if mapping.len() == before {
            mapping.push(json!({"action": one.action.as_str()}));
        }
    }
    json!({
        "id": placed.id,
        "result": "CONDITIONAL",
        "pluginId": policy.plugin_id,
        "resourceType": policy.resource_type,
        "roleEntityRef": policy.role,
        "permissionMapping": mapping,
        "conditions": policy.conditions,
    })
}

pub(super) async fn list(
    State(api): State<Api>,
    Caller(credentials): Caller,
    RawQuery(query): RawQuery,
) -> ApiResult<Json<Vec<Value>>> {
    let reach = readable(&api, &credentials).await?;
    let wanted = Wanted::read(query.as_deref())?;
    let snapshot = api.service.snapshot();
    let shown = snapshot
        .conditions
        .iter()
        .filter(|placed| wanted.fits(&placed.policy) && reaches(&snapshot, &reach, &placed.policy));
    Ok(Json(shown.map(|placed| to_wire(&api, placed)).collect()))
}

fn number(id: &str) -> Result<i64, RbacError> {
    id.parse().map_err(|_| RbacError::Input("Id is not a valid number.".to_owned()))
}

pub(super) async fn one(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
) -> ApiResult<Json<Value>> {
    let reach = readable(&api, &credentials).await?;
    let id = number(&id)?;
    let snapshot = api.service.snapshot();
    let found = snapshot.conditions.iter().find(|placed| placed.id == id);
    match found.filter(|placed| reaches(&snapshot, &reach, &placed.policy)) {
        Some(placed) => Ok(Json(to_wire(&api, placed))),
        None => Err(ApiError::not_found(format!("Condition with id {id} was not found"))),
    }
}

/// The conditional policy of a body. The rules must be those of the plugin, where it is known here.
pub(super) fn policy(api: &Api, body: &Value) -> Result<Arc<ConditionalPolicy>, RbacError> {
    let limits = api.service.rbac().map(|settings| settings.limits);
    let limits = limits.ok_or_else(|| RbacError::NotFound("permission.rbac is not configured".to_owned()))?;
    let policy = validate::conditional_policy(body, limits, true)?;
    if let Some(known) = api.service.integrations().iter().find(|one| one.plugin_id() == policy.plugin_id) {
        for one in &policy.mapping {
            let name = one.name.as_deref().unwrap_or_default();
            let declared = known.permissions().iter().any(|known| {
                known.name == name
                    && known.resource_type == Some(policy.resource_type.as_str())
                    && Action::of(known.action) == Some(one.action)
            });
            if !declared {
                return Err(RbacError::Input(format!(
                    "the plugin {} has no permission {name} with the action {} on resources of type {}",
                    policy.plugin_id,
                    one.action.as_str(),
                    policy.resource_type
                )));
            }
        }
    }
    Ok(Arc::new(policy))
}

pub(super) async fn create(
    State(api): State<Api>,
    Caller(credentials): Caller,
    body: JsonBody,
) -> ApiResult<(StatusCode, Json<Value>)> {
    let (reach, user) = changeable(&api, CREATE, &credentials).await?;
    let change = Change::CreateCondition(policy(&api, &body.0)?);
    let meta = json!({"actionType": "create", "condition": body.0});
    match make(&api, "condition-write", &user, &reach, change, meta).await? {
        Outcome::Condition(id) => Ok((StatusCode::CREATED, Json(json!({"id": id})))),
        Outcome::Changed | Outcome::Unchanged => Ok((StatusCode::CREATED, Json(json!({})))),
    }
}

pub(super) async fn update(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    body: JsonBody,
) -> ApiResult<StatusCode> {
    let (reach, user) = changeable(&api, UPDATE, &credentials).await?;
    let id = number(&id)?;
    refuse_of_file(&api, id, "edit")?;
    let change = Change::UpdateCondition { id, policy: policy(&api, &body.0)? };
    let meta = json!({"actionType": "update", "id": id, "condition": body.0});
    make(&api, "condition-write", &user, &reach, change, meta).await?;
    Ok(StatusCode::OK)
}

pub(super) async fn remove(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    let (reach, user) = changeable(&api, DELETE, &credentials).await?;
    let id = number(&id)?;
    refuse_of_file(&api, id, "delete")?;
    let meta = json!({"actionType": "delete", "id": id});
    make(&api, "condition-write", &user, &reach, Change::DeleteCondition { id }, meta).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A condition of the file is changed in the file.
fn refuse_of_file(api: &Api, id: i64, what: &str) -> Result<(), RbacError> {
    use crate::model::Origin;
    let snapshot = api.service.snapshot();
    match snapshot.conditions.iter().find(|placed| placed.id == id).map(|placed| &placed.origin) {
        Some(origin @ Origin::File { .. }) => {
            Err(RbacError::NotAllowed(format!("Unable to {what} condition {id}: it stands in {origin}")))
        }
        _ => Ok(()),
    }
}
