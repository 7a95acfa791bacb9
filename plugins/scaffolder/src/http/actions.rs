//! `GET /v2/actions`: what templates of this server may use.

use axum::Json;
use axum::extract::State;
use callboard_kit::error::ApiResult;
use http::Uri;
use serde_json::{Map, Value, json};

use super::Api;
use super::params::Params;
use crate::action::{ActionRegistry, ActionSpec};

pub(super) async fn list(State(api): State<Api>, uri: Uri) -> ApiResult<Json<Value>> {
    Params::read(&uri, &[])?;
    Ok(Json(all(&api.core.registry)))
}

/// `[{id, description, examples?, schema: {input, output?}}]`
pub(super) fn all(registry: &ActionRegistry) -> Value {
    registry.iter().map(|action| described(action.spec())).collect()
}

fn described(spec: &ActionSpec) -> Value {
    let mut action = Map::new();
    action.insert("id".to_owned(), spec.id.into());
    action.insert("description".to_owned(), spec.description.into());
    if !spec.examples.is_empty() {
        let example = |one: &crate::action::ActionExample| json!({"description": one.description, "example": one.example});
        action.insert("examples".to_owned(), spec.examples.iter().map(example).collect());
    }
    let mut schema = json!({"input": spec.input});
    if let Some(output) = &spec.output {
        schema["output"] = output.clone();
    }
    action.insert("schema".to_owned(), schema);
    Value::Object(action)
}
