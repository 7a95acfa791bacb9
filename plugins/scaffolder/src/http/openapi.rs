//! The document that describes this API, as it is served.

use callboard_model::yaml::{Limits, parse_one};
use serde_json::{Map, Value, json};

const SOURCE: &str = include_str!("../../openapi.yaml");
/// Where the server mounts the plugin; Backstage's documents carry it in their paths.
const MOUNT: &str = "/api/scaffolder";

/// The document with its paths as seen from outside; `None` only if the file in the source is broken, which a test
/// rules out.
pub(crate) fn document() -> Option<Value> {
    let mut document = parse_one(SOURCE, &Limits::default()).ok()?.value;
    let paths = document.get_mut("paths")?.as_object_mut()?;
    let mounted: Map<String, Value> =
        std::mem::take(paths).into_iter().map(|(path, item)| (format!("{MOUNT}{path}"), item)).collect();
    *paths = mounted;
    document["servers"] = json!([{"url": "/"}]);
    Some(document)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_document_is_readable_and_its_paths_are_mounted() {
        let document = super::document().unwrap();
        assert_eq!(document["paths"]["/api/scaffolder/v2/tasks"]["post"]["operationId"], "CreateTask");
    }
}
