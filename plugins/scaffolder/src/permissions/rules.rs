//! The rules as the metadata route describes them. The descriptions are part of what clients compare.

use serde_json::{Value, json};

use super::{ACTION, TASK, TEMPLATE};

const SCHEMA: &str = "http://json-schema.org/draft-07/schema#";

pub(super) fn metadata() -> Value {
    let rule = |name: &str, description: &str, resource_type: &str, properties: Value, required: &str| {
        json!({
            "name": name,
            "description": description,
            "resourceType": resource_type,
            "paramsSchema": {
                "type": "object",
                "properties": properties,
                "required": [required],
                "additionalProperties": false,
                "$schema": SCHEMA,
            },
        })
    };
    let one = |name: &str, description: &str| json!({(name): {"type": "string", "description": description}});
    let property = |name: &str, kind: &str| {
        let properties = json!({
            "key": {"type": "string", "description": "Property within the action parameters to match on"},
            "value": {"type": kind, "description": "Value of the given property to match on"},
        });
        rule(name, "Allow actions with the specified property", ACTION, properties, "key")
    };
    let creators = json!({"createdBy": {
        "type": "array",
        "items": {"type": "string"},
        "description": "List of creator entity refs; only tasks created by these users will be viewable",
    }});
    json!([
        rule(
            "HAS_TAG",
            "Match parameters or steps with the given tag",
            TEMPLATE,
            one("tag", "Name of the tag to match on"),
            "tag"
        ),
        rule(
            "HAS_ACTION_ID",
            "Match actions with the given actionId",
            ACTION,
            one("actionId", "Name of the actionId to match on"),
            "actionId"
        ),
        property("HAS_BOOLEAN_PROPERTY", "boolean"),
        property("HAS_NUMBER_PROPERTY", "number"),
        property("HAS_STRING_PROPERTY", "string"),
        rule(
            "IS_TASK_OWNER",
            "Allows tasks created by certain users to be accessible",
            TASK,
            creators,
            "createdBy"
        ),
    ])
}
