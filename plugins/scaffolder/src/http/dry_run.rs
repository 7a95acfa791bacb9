//! `POST /v2/dry-run`: a template that is being written, run without changing anything outside.

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_kit::error::ApiResult;
use callboard_kit::http::Caller;
use http::Uri;
use serde_json::{Value, json};

use super::Api;
use super::body::{JsonBody, wrong};
use super::error::Refusal;
use super::params::Params;
use crate::dry_run::{DryRunRequest, File};

pub(super) async fn run(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> Result<Json<Value>, Refusal> {
    Params::read(&uri, &[])?;
    let files = match body.required("directoryContents")? {
        Value::Array(files) => files.iter().enumerate().map(file).collect::<ApiResult<_>>()?,
        _ => return Err(wrong("directoryContents", "must be array").into()),
    };
    let request = DryRunRequest {
        template: body.required("template")?.clone(),
        values: Value::Object(body.object("values")?),
        secrets: body.object("secrets")?,
        files,
    };
    let result = api.core.dry_run(request, &credentials).await?;
    let files = result.files.into_iter().map(|(path, executable, bytes)| {
        json!({"path": path, "executable": executable, "base64Content": STANDARD.encode(bytes)})
    });
    Ok(Json(json!({
        "log": result.log,
        "directoryContents": files.collect::<Vec<_>>(),
        "output": result.output,
        "steps": result.steps,
    })))
}

fn file((at, file): (usize, &Value)) -> ApiResult<File> {
    let member = |name: &str| {
        let text = file.get(name).and_then(Value::as_str);
        text.ok_or_else(|| wrong(&format!("directoryContents/{at}/{name}"), "must be string"))
    };
    let content = STANDARD
        .decode(member("base64Content")?)
        .map_err(|_| wrong(&format!("directoryContents/{at}/base64Content"), "must be base64"))?;
    Ok(File { path: member("path")?.to_owned(), content })
}
