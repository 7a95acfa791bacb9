//! `GET /v2/templating-extensions`: the filters that expressions have beside the language's own.

use axum::Json;
use callboard_kit::error::ApiResult;
use http::Uri;
use serde_json::{Value, json};

use super::params::Params;

const SCHEMA: &str = "http://json-schema.org/draft-07/schema#";

pub(super) async fn list(uri: Uri) -> ApiResult<Json<Value>> {
    Params::read(&uri, &[])?;
    let filters = json!({
        "parseRepoUrl": parse_repo_url(),
        "parseEntityRef": parse_entity_ref(),
        "pick": pick(),
        "projectSlug": project_slug(),
    });
    Ok(Json(json!({"filters": filters, "globals": {"functions": {}, "values": {}}})))
}

/// A step that shows a filter.
fn step(expression: &str) -> String {
    format!("- id: show\n  action: debug:log\n  input:\n    message: ${{{{ {expression} }}}}\n")
}

fn parse_repo_url() -> Value {
    let text = || json!({"type": "string"});
    json!({
        "description": "Takes the value of a repository picker apart",
        "schema": {
            "input": {"type": "string", "description": "The value of a repository picker", "$schema": SCHEMA},
            "output": {
                "type": "object",
                "properties": {
                    "repo": text(), "host": text(), "owner": text(),
                    "organization": text(), "workspace": text(), "project": text(),
                },
                "required": ["repo", "host"],
                "additionalProperties": false,
                "description": "The parts of the repository's place",
                "$schema": SCHEMA,
            },
        },
        "examples": [{
            "example": step("parameters.repoUrl | parseRepoUrl"),
            "notes": "`github.com?owner=tidewater&repo=ledger` becomes `{host: github.com, owner: tidewater, repo: ledger}`",
        }],
    })
}

fn parse_entity_ref() -> Value {
    let text = || json!({"type": "string"});
    let described = |description: &str| json!({"type": "string", "description": description});
    json!({
        "description": "Takes an entity reference apart into kind, namespace and name",
        "schema": {
            "input": {
                "anyOf": [
                    {"type": "string", "description": "A reference as text"},
                    {
                        "type": "object",
                        "properties": {"kind": text(), "namespace": text(), "name": text()},
                        "required": ["name"],
                        "additionalProperties": false,
                        "description": "A reference in parts",
                    },
                ],
                "$schema": SCHEMA,
            },
            "arguments": [{
                "anyOf": [
                    {"not": {}},
                    {
                        "type": "object",
                        "properties": {
                            "defaultKind": described("The kind of a reference that names none"),
                            "defaultNamespace": described("The namespace of a reference that names none"),
                        },
                        "additionalProperties": false,
                    },
                ],
                "$schema": SCHEMA,
            }],
            "output": {
                "type": "object",
                "properties": {"kind": text(), "namespace": text(), "name": text()},
                "required": ["kind", "namespace", "name"],
                "additionalProperties": false,
                "description": "The whole reference in parts",
                "$schema": SCHEMA,
            },
        },
        "examples": [
            {
                "description": "A whole reference",
                "example": step("parameters.owner | parseEntityRef"),
                "notes": "`group:harbour` becomes `{kind: group, namespace: default, name: harbour}`",
            },
            {
                "description": "A name alone",
                "example": step("parameters.owner | parseEntityRef({defaultKind: \"group\", defaultNamespace: \"ops\"})"),
                "notes": "`harbour` becomes `{kind: group, namespace: ops, name: harbour}`",
            },
        ],
    })
}

fn pick() -> Value {
    json!({
        "description": "Answers one member of an object",
        "schema": {
            "input": {"$schema": SCHEMA},
            "arguments": [{"type": "string", "description": "The path of the member", "$schema": SCHEMA}],
            "output": {"description": "The member", "$schema": SCHEMA},
        },
        "examples": [{
            "example": step("parameters.owner | parseEntityRef | pick('name')"),
            "notes": "`group:harbour` becomes `harbour`",
        }],
    })
}

fn project_slug() -> Value {
    json!({
        "description": "Answers owner and repository of a repository picker's value",
        "schema": {
            "input": {"type": "string", "description": "The value of a repository picker", "$schema": SCHEMA},
            "output": {"type": "string", "$schema": SCHEMA},
        },
        "examples": [{
            "example": step("parameters.repoUrl | projectSlug"),
            "notes": "`github.com?owner=tidewater&repo=ledger` becomes `tidewater/ledger`",
        }],
    })
}
