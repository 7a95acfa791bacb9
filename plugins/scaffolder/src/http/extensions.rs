//! `GET /v2/templating-extensions`: the filters that expressions have beside the language's own, in the words that are
//! recorded of the wire (conformance: `scaff-extensions`).

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
fn step(name: &str, expression: &str, end: &str) -> String {
    format!(
        "- id: log\n  name: {name}\n  action: debug:log\n  input:\n    message: ${{{{ {expression} }}}}{end}"
    )
}

fn parse_repo_url() -> Value {
    let text = || json!({"type": "string"});
    json!({
        "description": "Parses a repository URL into its constituent parts: owner, repository name, etc.",
        "schema": {
            "input": {
                "type": "string",
                "description": "repo URL as collected from repository picker",
                "$schema": SCHEMA,
            },
            "output": {
                "type": "object",
                "properties": {
                    "repo": text(), "host": text(), "owner": text(),
                    "organization": text(), "workspace": text(), "project": text(),
                },
                "required": ["repo", "host"],
                "additionalProperties": false,
                "description": "`RepoSpec`",
                "$schema": SCHEMA,
            },
        },
        "examples": [{
            "example": step("Parse Repo URL", "parameters.repoUrl | parseRepoUrl", ""),
            "notes": " - **Input**: `github.com?repo=backstage&owner=backstage`\n  - **Output**: \
                      `{\"host\":\"github.com\",\"owner\":\"backstage\",\"repo\":\"backstage\"}`\n",
        }],
    })
}

fn parse_entity_ref() -> Value {
    let text = || json!({"type": "string"});
    let described = |description: &str| json!({"type": "string", "description": description});
    json!({
        "description": "Extracts the parts of an entity reference, such as the kind, namespace, and name.",
        "schema": {
            "input": {
                "anyOf": [
                    {"type": "string", "description": "compact entity reference"},
                    {
                        "type": "object",
                        "properties": {"kind": text(), "namespace": text(), "name": text()},
                        "required": ["name"],
                        "additionalProperties": false,
                        "description": "`CompoundEntityRef`",
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
                            "defaultKind": described("The default kind, if none is given in the reference"),
                            "defaultNamespace":
                                described("The default namespace, if none is given in the reference"),
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
                "description": "`CompoundEntityRef`",
                "$schema": SCHEMA,
            },
        },
        "examples": [
            {
                "description": "Without context",
                "example": step("Parse Entity Reference", "parameters.owner | parseEntityRef", "\n"),
                "notes": "- **Input**: `group:techdocs`\n- **Output**: \
                          `{\"kind\": \"group\", \"namespace\": \"default\", \"name\": \"techdocs\"}`\n",
            },
            {
                "description": "With context",
                "example": step(
                    "Parse Entity Reference",
                    "parameters.owner | parseEntityRef({ defaultKind:\"group\", \
                     defaultNamespace:\"another-namespace\" })",
                    "\n",
                ),
                "notes": "- **Input**: `techdocs`\n- **Arguments:**: `[{ \"defaultKind\": \"group\", \
                          \"defaultNamespace\": \"another-namespace\" }]`\n- **Output**: `{\"kind\": \"group\", \
                          \"namespace\": \"another-namespace\", \"name\": \"techdocs\"}`\n",
            },
        ],
    })
}

fn pick() -> Value {
    json!({
        "description": "Selects a specific property (e.g. kind, namespace, name) from an object.",
        "schema": {
            "input": {"$schema": SCHEMA},
            "arguments": [{"type": "string", "description": "Property", "$schema": SCHEMA}],
            "output": {"description": "Selected property", "$schema": SCHEMA},
        },
        "examples": [{
            "example": step("Pick", "parameters.owner | parseEntityRef | pick('name')", ""),
            "notes": "- **Input**: `{ kind: 'Group', namespace: 'default', name: 'techdocs'` }\n\
                      - **Output**: `techdocs`\n",
        }],
    })
}

fn project_slug() -> Value {
    json!({
        "description": "Generates a project slug from a repository URL.",
        "schema": {
            "input": {
                "type": "string",
                "description": "repo URL as collected from repository picker",
                "$schema": SCHEMA,
            },
            "output": {"type": "string", "$schema": SCHEMA},
        },
        "examples": [{
            "example": step("Project Slug", "parameters.repoUrl | projectSlug", "\n"),
            "notes": "- **Input**: `github.com?repo=backstage&owner=backstage`\n- **Output**: backstage/backstage\n",
        }],
    })
}
