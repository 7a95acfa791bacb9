//! What this plugin offers to the actions registry of Backstage (`/.backstage/actions/v1`): tools for programs and agents.

use axum::Json;
use axum::extract::{Path, State};
use callboard_kit::audit::request::note;
use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use callboard_kit::permission::Decision;
use callboard_model::yaml::{Limits, parse_one};
use http::Uri;
use serde_json::{Map, Value, json};

use super::body::JsonBody;
use super::params::Params;
use super::{Api, actions, events};
use crate::db::list::Listing;
use crate::dry_run::{DryRunRequest, File};
use crate::error::ScaffolderError;
use crate::permissions::{DRY_RUN, decide};
use crate::tasks::NewTaskRequest;

const SOURCE: &str = include_str!("../../registry.json");
const DRY_RUN_ACTION: &str = "scaffolder:dry-run-template";
const MOST_TASKS: i64 = 1_000;

/// The actions; the file is part of the program, and a test reads it.
fn offered() -> Vec<Value> {
    serde_json::from_str(SOURCE).unwrap_or_default()
}

/// Those that the caller may see: who may not dry-run does not learn that there is such an action.
async fn visible(api: &Api, credentials: &Credentials) -> ApiResult<Vec<Value>> {
    let mut actions = offered();
    if decide(api.core.services.authorizer.as_ref(), DRY_RUN, credentials).await? != Decision::Allow {
        actions.retain(|action| action["id"] != DRY_RUN_ACTION);
    }
    Ok(actions)
}

pub(super) async fn list(State(api): State<Api>, Caller(credentials): Caller) -> ApiResult<Json<Value>> {
    Ok(Json(json!({"actions": visible(&api, &credentials).await?})))
}

pub(super) async fn invoke(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path(id): Path<String>,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Json<Value>> {
    Params::read(&uri, &[])?;
    if credentials.principal == Principal::None {
        return Err(ApiError::not_allowed("Actions must be invoked by a user or a service, not anonymously"));
    }
    let visible = visible(&api, &credentials).await?;
    let action = visible
        .iter()
        .find(|action| action["id"] == id.as_str())
        .ok_or_else(|| ApiError::not_found(format!("Action \"{id}\" not found")))?;
    note("actionId", id.as_str());
    let input = Value::Object(body.0);
    let validator = jsonschema::options().offline().build(&action["schema"]["input"]);
    if let Err(error) = validator.map_err(|error| ApiError::internal(&error))?.validate(&input) {
        return Err(ApiError::input(format!("Invalid input to action \"{id}\": {}", error.masked())));
    }
    let output = match id.as_str() {
        "scaffolder:list-scaffolder-tasks" => tasks(&api, &input, &credentials).await?,
        "scaffolder:list-scaffolder-actions" => json!({"actions": actions::all(&api.core.registry)}),
        "scaffolder:execute-template" => execute(&api, &input, &credentials).await?,
        "scaffolder:get-scaffolder-task-logs" => logs(&api, &input, &credentials).await?,
        _ => dry_run(&api, &input, &credentials).await?,
    };
    Ok(Json(json!({"output": output})))
}

async fn tasks(api: &Api, input: &Value, credentials: &Credentials) -> ApiResult<Value> {
    let status = match &input["status"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let mut listing = Listing {
        status,
        limit: Some(input["limit"].as_i64().unwrap_or(MOST_TASKS)),
        offset: input["offset"].as_i64().unwrap_or_default(),
        ..Listing::default()
    };
    if input["owned"] == true {
        let user = credentials.user_entity_ref();
        let user = user.ok_or_else(|| ApiError::input("Only users own tasks; ask without 'owned'"))?;
        listing.created_by.push(user.to_owned());
    }
    let (found, total) = api.core.list(&listing, credentials).await?;
    let mut shown = Vec::with_capacity(found.len());
    for task in &found {
        let seen = api.core.seen(task, credentials).await?.0;
        let mut kept = Map::new();
        for name in ["id", "spec", "status", "createdAt", "lastHeartbeatAt"] {
            if let Some(value) = seen.get(name) {
                kept.insert(name.to_owned(), value.clone());
            }
        }
        shown.push(Value::Object(kept));
    }
    Ok(json!({"tasks": shown, "totalTasks": total}))
}

async fn execute(api: &Api, input: &Value, credentials: &Credentials) -> ApiResult<Value> {
    let request = NewTaskRequest {
        template_ref: input["templateRef"].as_str().unwrap_or_default().to_owned(),
        values: input["values"].clone(),
        secrets: input["secrets"].as_object().cloned().unwrap_or_default(),
    };
    let id = api.core.create(request, credentials).await.map_err(told)?;
    Ok(json!({"taskId": id}))
}

/// Errors of values in words, where there is no body of their own.
fn told(error: ScaffolderError) -> ApiError {
    match error {
        ScaffolderError::Values(errors) => {
            let faults: Vec<&str> = errors.iter().filter_map(|error| error["stack"].as_str()).collect();
            ApiError::input(format!("Invalid values: {}", faults.join(", ")))
        }
        other => other.into(),
    }
}

async fn logs(api: &Api, input: &Value, credentials: &Credentials) -> ApiResult<Value> {
    let id = input["taskId"].as_str().unwrap_or_default();
    let found = events::all(api, id, input["after"].as_i64().unwrap_or_default(), credentials).await?;
    let shown = |event: String| {
        let event: Value = serde_json::from_str(&event).unwrap_or_default();
        let mut body = Map::new();
        for name in ["message", "stepId", "status"] {
            if let Some(text) = event["body"][name].as_str() {
                body.insert(name.to_owned(), text.into());
            }
        }
        body.entry("message").or_insert_with(|| "".into());
        json!({
            "id": event["id"], "taskId": event["taskId"], "createdAt": event["createdAt"],
            "type": event["type"], "body": body,
        })
    };
    Ok(json!({"events": found.into_iter().map(shown).collect::<Vec<_>>()}))
}

async fn dry_run(api: &Api, input: &Value, credentials: &Credentials) -> ApiResult<Value> {
    let text = input["templateYaml"].as_str().unwrap_or_default();
    let invalid = |message: String| json!({"valid": false, "message": message, "errors": [message]});
    let template = match parse_one(text, &Limits::default()) {
        Ok(document) => document.value,
        Err(error) => return Ok(invalid(format!("The template is not valid YAML: {error}"))),
    };
    let files = input["files"].as_array().into_iter().flatten().map(|file| File {
        path: file["path"].as_str().unwrap_or_default().to_owned(),
        content: file["content"].as_str().unwrap_or_default().as_bytes().to_vec(),
    });
    let request = DryRunRequest {
        template,
        values: input.get("values").cloned().unwrap_or_else(|| json!({})),
        secrets: Map::new(),
        files: files.collect(),
    };
    let result = match api.core.dry_run(request, credentials).await {
        Ok(result) => result,
        Err(ScaffolderError::Input(message) | ScaffolderError::Template(message)) => {
            return Ok(invalid(message));
        }
        Err(error @ ScaffolderError::Values(_)) => return Ok(invalid(told(error).message)),
        Err(error) => return Err(error.into()),
    };
    let log: Vec<Value> = result.log.iter().map(|entry| entry["body"].clone()).collect();
    let steps = result
        .steps
        .iter()
        .map(|step| json!({"id": step["id"], "name": step["name"], "action": step["action"]}));
    Ok(json!({
        "valid": true,
        "message": "The template ran without faults",
        "log": log,
        "output": result.output,
        "steps": steps.collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_actions_are_readable_and_each_input_schema_is_one() {
        let actions = super::offered();
        assert_eq!(actions.len(), 5);
        for action in actions {
            assert!(jsonschema::options().build(&action["schema"]["input"]).is_ok(), "{action}");
            assert!(action["description"].as_str().is_some_and(|text| !text.is_empty()));
        }
    }
}
