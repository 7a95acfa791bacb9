//! The form of a template: `parameter-schema`, with what the caller may see of it.

use serde_json::{Map, Value, json};

use super::parse::Template;
use crate::permissions::templates::TemplateAccess;

/// What the frontend shows where a section has no title.
const DEFAULT_TITLE: &str = "Please enter the following information";

/// The template with those sections and steps that the caller may see.
pub(crate) fn visible(mut template: Template, access: &TemplateAccess) -> Template {
    if let Some(parameters) = template.spec.get_mut("parameters") {
        match parameters {
            Value::Array(sections) => sections.retain(|section| access.parameters.allows(section)),
            section if !access.parameters.allows(section) => *section = json!([]),
            _ => {}
        }
    }
    if let Some(Value::Array(steps)) = template.spec.get_mut("steps") {
        steps.retain(|step| access.steps.allows(step));
    }
    template
}

/// `{title, presentation?, description?, "ui:options"?, steps, formDecorators?}`
pub(crate) fn parameter_schema(template: &Template) -> Value {
    let metadata = |name: &str| template.metadata.get(name).filter(|value| !value.is_null());
    let title = metadata("title").or_else(|| metadata("name")).cloned().unwrap_or(Value::Null);
    let mut form = Map::new();
    form.insert("title".to_owned(), title);
    if let Some(presentation) = template.spec.get("presentation") {
        form.insert("presentation".to_owned(), presentation.clone());
    }
    for name in ["description", "ui:options"] {
        if let Some(value) = metadata(name) {
            form.insert(name.to_owned(), value.clone());
        }
    }
    let steps = template.parameters().into_iter().map(|section| {
        let mut step = Map::new();
        let title = section.get("title").filter(|title| !title.is_null()).cloned();
        step.insert("title".to_owned(), title.unwrap_or_else(|| DEFAULT_TITLE.into()));
        if let Some(description) = section.get("description") {
            step.insert("description".to_owned(), description.clone());
        }
        step.insert("schema".to_owned(), section.clone());
        Value::Object(step)
    });
    form.insert("steps".to_owned(), steps.collect());
    let decorators =
        template.spec.get("formDecorators").or_else(|| template.spec.get("EXPERIMENTAL_formDecorators"));
    if let Some(decorators) = decorators {
        form.insert("formDecorators".to_owned(), decorators.clone());
    }
    Value::Object(form)
}
