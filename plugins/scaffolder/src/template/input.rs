//! The input of a step checked against the schema of its action.

use serde_json::Value;

use super::values::{message, property_of, usable};
use crate::action::ActionSpec;

/// Errors of one message.
const MOST: usize = 10;

/// Checks an input, and fills in the schema's defaults for members that are missing.
///
/// # Errors
/// What is wrong, without values: an input may hold secrets.
pub(crate) fn check_input(spec: &ActionSpec, input: &mut Value) -> Result<(), String> {
    let validator = match jsonschema::options().offline().build(&usable(&spec.input, 0)) {
        Ok(validator) => validator,
        // An action from the configuration may bring what the validator can't use.
        Err(error) => return Err(format!("the schema of the action can't be used: {error}")),
    };
    let errors: Vec<String> = validator
        .iter_errors(input)
        .take(MOST)
        .map(|error| format!("{} {}", property_of(error.instance_path().as_str()), message(&error)))
        .collect();
    if !errors.is_empty() {
        return Err(errors.join(", "));
    }
    fill_defaults(&spec.input, input);
    Ok(())
}

fn fill_defaults(schema: &Value, input: &mut Value) {
    let (Some(properties), Some(members)) =
        (schema.get("properties").and_then(Value::as_object), input.as_object_mut())
    else {
        return;
    };
    for (name, schema) in properties {
        match (members.get_mut(name), schema.get("default")) {
            (None, Some(default)) => {
                members.insert(name.clone(), default.clone());
            }
            (Some(member), _) => fill_defaults(schema, member),
            (None, None) => {}
        }
    }
}
