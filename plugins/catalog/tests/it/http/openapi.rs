//! The OpenAPI document tells the truth: about the list of routes, and about every answer of these tests.

use std::collections::BTreeSet;

use callboard_kit::plugin::Plugin;
use serde_json::{Value, json};

use super::app::{App, MOUNT};
use crate::support::TestDatabase;

/// Routes of the framework, which Backstage's documents leave out too.
const UNDOCUMENTED: [&str; 3] = [
    "GET /.well-known/backstage/permissions/metadata",
    "POST /.well-known/backstage/permissions/apply-conditions",
    "GET /.backstage/scheduler/v1/tasks",
];

/// Panics unless the document allows this answer to this request.
pub(crate) fn assert_documented(
    document: &Value,
    method: &str,
    path: &str,
    status: u16,
    body: Option<&Value>,
) {
    let path = path.split('?').next().unwrap_or_default();
    let Some(operation) = operation(document, method, path) else {
        let known = UNDOCUMENTED.contains(&format!("{method} {path}").as_str());
        assert!(known, "{method} {path} is not in the document");
        return;
    };
    let responses = &operation["responses"];
    let response =
        [status.to_string().as_str(), "default"].iter().find_map(|key| responses.get(key)).cloned();
    let mut response = response.unwrap_or_else(|| panic!("{method} {path} answers an undocumented {status}"));
    if let Some(reference) = response["$ref"].as_str() {
        response = document.pointer(&reference[1..]).expect("a response").clone();
    }
    let schema = &response["content"]["application/json"]["schema"];
    let Some(body) = body.filter(|_| !schema.is_null()) else { return };
    let schema = json!({"allOf": [schema], "components": document["components"]});
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> =
        validator.iter_errors(body).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{method} {path} answered {status}: {faults:#?}\n{body:#}");
}

fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let fits = |template: &str| {
        let template: Vec<&str> = template.trim_start_matches(MOUNT).split('/').collect();
        let path: Vec<&str> = path.split('/').collect();
        template.len() == path.len()
            && template.iter().zip(&path).all(|(part, actual)| part.starts_with('{') || part == actual)
    };
    let paths = document["paths"].as_object()?;
    // A literal path goes before one with a placeholder.
    let mut fitting: Vec<&String> = paths.keys().filter(|template| fits(template)).collect();
    fitting.sort_by_key(|template| template.matches('{').count());
    fitting.iter().find_map(|template| paths[*template].get(method.to_lowercase()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_lists_exactly_the_routes_that_there_are() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    let plugin = app.plugin();
    let routes = plugin.routes();
    let actual: BTreeSet<String> =
        routes.specs().iter().map(|spec| format!("{} {}", spec.method, spec.path)).collect();
    let document = plugin.openapi().expect("a document");
    let mut documented: BTreeSet<String> = UNDOCUMENTED.iter().map(|route| (*route).to_owned()).collect();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let methods = item.as_object().expect("operations").keys().filter(|key| *key != "parameters");
        let path = path.trim_start_matches(MOUNT);
        documented.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    assert_eq!(actual, documented);
    app.stop().await;
}
