//! Values checked against the schemas of a template, with the errors of npm `jsonschema`, which Backstage answers.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::parse::Template;
use crate::error::ScaffolderError;

/// Errors of one answer.
const MOST: usize = 50;
/// How deep a schema may be nested.
const MAX_DEPTH: usize = 100;

/// Checks what was entered. As in Backstage the first section with errors answers.
///
/// # Errors
/// `Values` with what doesn't fit, `Template` for a schema that is none.
pub(crate) fn check(template: &Template, values: &Value) -> Result<(), ScaffolderError> {
    for (at, section) in template.parameters().into_iter().enumerate() {
        let schema = usable(section, 0);
        let validator = compile(&schema).map_err(|error| {
            template.fault(format!("spec.parameters[{at}] is not a JSON schema: {error}"))
        })?;
        let errors: Vec<Value> = validator
            .iter_errors(values)
            .take(MOST)
            .map(|error| described(&error, section, "instance"))
            .collect();
        if !errors.is_empty() {
            return Err(ScaffolderError::Values(errors));
        }
    }
    Ok(())
}

/// Checks the secrets that were sent against `spec.secrets.schema`. What is wrong is said without a value.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_secrets(
    template: &Template,
    secrets: &Map<String, Value>,
) -> Result<(), ScaffolderError> {
    let Some(section) = template.spec.get("secrets").and_then(|secrets| secrets.get("schema")) else {
        return Ok(());
    };
    let schema = usable(section, 0);
    let validator = compile(&schema)
        .map_err(|error| template.fault(format!("spec.secrets.schema is not a JSON schema: {error}")))?;
    let secrets = Value::Object(secrets.clone());
    let errors = validator.iter_errors(&secrets).take(MOST).map(|error| {
        let path = path(error.instance_path().as_str());
        json!({
            "path": path,
            "property": property("secrets", &path),
            "message": message(&error),
            "schema": {},
            "instance": {},
            "name": error.kind().keyword(),
            "argument": argument(&error),
            "stack": format!("{} {}", property("secrets", &path), message(&error)),
        })
    });
    let errors: Vec<Value> = errors.collect();
    if errors.is_empty() { Ok(()) } else { Err(ScaffolderError::Values(errors)) }
}

fn compile(schema: &Value) -> Result<Validator, ValidationError<'static>> {
    jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true).offline().build(schema)
}

/// The schema without what npm `jsonschema` lets pass and a strict validator refuses: keywords of the wrong type.
pub(crate) fn usable(schema: &Value, depth: usize) -> Value {
    let Value::Object(members) = schema else {
        return if schema.is_boolean() { schema.clone() } else { json!({}) };
    };
    if depth > MAX_DEPTH {
        return json!({});
    }
    let below = |value: &Value| usable(value, depth + 1);
    let map = |value: &Value| match value {
        Value::Object(members) => {
            Some(Value::Object(members.iter().map(|(name, value)| (name.clone(), below(value))).collect()))
        }
        _ => None,
    };
    let list = |value: &Value| match value {
        Value::Array(items) if !items.is_empty() => Some(Value::Array(items.iter().map(below).collect())),
        _ => None,
    };
    let mut usable = Map::new();
    for (name, value) in members {
        let kept = match name.as_str() {
            "properties" | "patternProperties" | "definitions" | "$defs" => map(value),
            "items" => {
                list(value).or_else(|| (value.is_object() || value.is_boolean()).then(|| below(value)))
            }
            "allOf" | "anyOf" | "oneOf" => list(value),
            "not"
            | "if"
            | "then"
            | "else"
            | "contains"
            | "propertyNames"
            | "additionalItems"
            | "additionalProperties" => Some(below(value)),
            "dependencies" => dependencies(value, depth),
            "required" => strings(value),
            "enum" => value.as_array().filter(|list| !list.is_empty()).map(|_| value.clone()),
            "type" => types(value),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                value.as_f64().filter(|number| name != "multipleOf" || *number > 0.0).map(|_| value.clone())
            }
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                value.as_u64().map(Value::from)
            }
            "uniqueItems" => value.as_bool().map(Value::from),
            "pattern" => value.as_str().filter(|text| is_pattern(text)).map(Value::from),
            "format" | "$ref" => value.as_str().map(Value::from),
            "const" => Some(value.clone()),
            // Titles, defaults and everything of the form.
            _ => None,
        };
        if let Some(kept) = kept {
            usable.insert(name.clone(), kept);
        }
    }
    Value::Object(usable)
}

/// A pattern that nothing here can compile checks nothing; the browser, which may know it, has done so.
fn is_pattern(text: &str) -> bool {
    jsonschema::options().with_draft(Draft::Draft7).build(&json!({"pattern": text})).is_ok()
}

fn strings(value: &Value) -> Option<Value> {
    value.as_array().filter(|list| list.iter().all(Value::is_string)).map(|_| value.clone())
}

fn types(value: &Value) -> Option<Value> {
    const KNOWN: [&str; 7] = ["string", "number", "integer", "boolean", "object", "array", "null"];
    let known = |value: &Value| value.as_str().is_some_and(|name| KNOWN.contains(&name));
    match value {
        Value::Array(list) if !list.is_empty() && list.iter().all(known) => Some(value.clone()),
        value if known(value) => Some(value.clone()),
        _ => None,
    }
}

fn dependencies(value: &Value, depth: usize) -> Option<Value> {
    let members = value.as_object()?.iter().filter_map(|(name, value)| match value {
        Value::Object(_) => Some((name.clone(), usable(value, depth + 1))),
        _ => strings(value).map(|list| (name.clone(), list)),
    });
    Some(Value::Object(members.collect()))
}

/// One error as npm `jsonschema` writes it.
fn described(error: &ValidationError<'_>, section: &Value, root: &str) -> Value {
    let path = path(error.instance_path().as_str());
    let property = property(root, &path);
    let message = message(error);
    // The keyword's own place is the last part of the path.
    let pointer = error.schema_path().as_str();
    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    json!({
        "path": path,
        "property": property,
        "message": message,
        "schema": section.pointer(parent).cloned().unwrap_or(Value::Null),
        "instance": error.instance().as_ref(),
        "name": error.kind().keyword(),
        "argument": argument(error),
        "stack": format!("{property} {message}"),
    })
}

/// `["a", 0]` for `/a/0`.
fn path(pointer: &str) -> Vec<Value> {
    let part = |part: &str| {
        let part = part.replace("~1", "/").replace("~0", "~");
        part.parse::<u64>().map_or_else(|_| Value::from(part.as_str()), Value::from)
    };
    pointer.split('/').skip(1).map(part).collect()
}

/// `instance.a[0]` for `/a/0`.
pub(super) fn property_of(pointer: &str) -> String {
    property("instance", &path(pointer))
}

fn property(root: &str, path: &[Value]) -> String {
    path.iter().fold(root.to_owned(), |text, part| match part {
        Value::Number(at) => format!("{text}[{at}]"),
        Value::String(name) => format!("{text}.{name}"),
        _ => text,
    })
}

fn types_of(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(many) => many.iter().map(|one| one.to_string()).collect(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub(super) fn message(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { property } => format!("requires property {property}"),
        Kind::Enum { options } => {
            let options: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
            format!("is not one of enum values: {}", options.join(","))
        }
        Kind::Type { kind } => format!("is not of a type(s) {}", types_of(kind).join(",")),
        Kind::MinLength { limit } | Kind::MinItems { limit } => {
            format!("does not meet minimum length of {limit}")
        }
        Kind::MaxLength { limit } | Kind::MaxItems { limit } => {
            format!("does not meet maximum length of {limit}")
        }
        Kind::MinProperties { limit } => format!("does not meet minimum property length of {limit}"),
        Kind::MaxProperties { limit } => format!("does not meet maximum property length of {limit}"),
        Kind::Minimum { limit } => format!("must be greater than or equal to {limit}"),
        Kind::Maximum { limit } => format!("must be less than or equal to {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be strictly greater than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be strictly less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("is not a multiple of (divisible by) {multiple_of}"),
        Kind::Pattern { pattern } => format!("does not match pattern {}", Value::from(pattern.as_str())),
        Kind::Format { format } => format!("does not conform to the {} format", Value::from(format.as_str())),
        Kind::AdditionalProperties { unexpected } => {
            let name = unexpected.first().map_or("", String::as_str);
            format!("is not allowed to have the additional property {}", Value::from(name))
        }
        Kind::UniqueItems => "contains duplicate item".to_owned(),
        Kind::Constant { expected_value } => {
            format!("does not exactly match expected constant: {expected_value}")
        }
        Kind::AnyOf { .. } => "is not any of the allowed schemas".to_owned(),
        Kind::OneOfNotValid { .. } | Kind::OneOfMultipleValid { .. } => {
            "is not exactly one from the allowed schemas".to_owned()
        }
        Kind::Not { .. } => "is of prohibited type".to_owned(),
        Kind::Contains => "must contain an item matching the given schema".to_owned(),
        _ => "does not fit the schema".to_owned(),
    }
}

fn argument(error: &ValidationError<'_>) -> Value {
    use ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { property } => property.clone(),
        Kind::Enum { options } => options.as_ref().clone(),
        Kind::Type { kind } => json!(types_of(kind)),
        Kind::MinLength { limit }
        | Kind::MaxLength { limit }
        | Kind::MinItems { limit }
        | Kind::MaxItems { limit }
        | Kind::MinProperties { limit }
        | Kind::MaxProperties { limit } => json!(limit),
        Kind::Minimum { limit }
        | Kind::Maximum { limit }
        | Kind::ExclusiveMinimum { limit }
        | Kind::ExclusiveMaximum { limit } => limit.clone(),
        Kind::Pattern { pattern } => json!(pattern),
        Kind::Format { format } => json!(format),
        Kind::AdditionalProperties { unexpected } => json!(unexpected.first()),
        Kind::Constant { expected_value } => expected_value.as_ref().clone(),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::parse::API_VERSION;

    fn template(parameters: Value) -> Template {
        Template::read(json!({
            "apiVersion": API_VERSION, "kind": "Template", "metadata": {"name": "t"},
            "spec": {"parameters": parameters, "secrets": {"schema": {"required": ["token"], "properties": {"token": {"type": "string", "minLength": 8}}}}},
        }))
        .unwrap()
    }

    fn errors(result: Result<(), ScaffolderError>) -> Vec<Value> {
        match result {
            Err(ScaffolderError::Values(errors)) => errors,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn errors_are_those_of_backstages_validator() {
        let section = json!({"title": "Basics", "required": ["name"], "properties": {
            "name": {"title": "Name", "type": "string", "maxLength": 4},
            "flavour": {"type": "string", "enum": ["plain", "fancy"]},
        }});
        let made = template(json!([section]));
        assert_eq!(
            errors(check(&made, &json!({}))),
            [json!({
                "path": [], "property": "instance", "message": "requires property \"name\"", "schema": section,
                "instance": {}, "name": "required", "argument": "name", "stack": "instance requires property \"name\"",
            })]
        );
        let found = errors(check(&made, &json!({"name": "far too long", "flavour": "nope"})));
        assert_eq!(found.len(), 2);
        let flavour = found.iter().find(|error| error["name"] == "enum").unwrap();
        assert_eq!(flavour["stack"], "instance.flavour is not one of enum values: plain,fancy");
        assert_eq!(flavour["schema"], section["properties"]["flavour"]);
        assert!(check(&made, &json!({"name": "x"})).is_ok());
    }

    #[test]
    fn keywords_of_the_wrong_type_check_nothing_instead_of_breaking_the_template() {
        let made = template(json!({"required": true, "type": "text", "properties": {
            "a": {"type": "string", "required": false, "enum": [], "pattern": "(", "minLength": "3"},
            "b": null,
        }}));
        assert!(check(&made, &json!({"a": "x", "b": 1})).is_ok());
        assert!(check(&made, &json!({"a": 1})).is_err());
    }

    #[test]
    fn what_is_wrong_with_a_secret_is_said_without_it() {
        let made = template(json!([]));
        let secrets = json!({"token": "s3cr3t"});
        let found = errors(check_secrets(&made, secrets.as_object().unwrap()));
        assert_eq!(found[0]["property"], "secrets.token");
        assert!(!json!(found).to_string().contains("s3cr3t"));
        assert!(check_secrets(&made, json!({"token": "long enough"}).as_object().unwrap()).is_ok());
    }
}
