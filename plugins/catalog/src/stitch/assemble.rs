//! Puts a final entity together from its processed form and everything around it. Pure.

use callboard_model::entity::is_script_url;
use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};

use super::splice::{relations_text, splice};
use crate::db::relations::Edge;
use crate::processing::ProcessingError;

const ORPHAN: &str = "backstage.io/orphan";
/// URLs that a browser is led to; catalog-backend 4.0.0 refuses scripts in these two.
pub(super) const URL_ANNOTATIONS: [&str; 2] = ["backstage.io/view-url", "backstage.io/edit-url"];
const REJECTED_URL: &str = "https://backstage.io/annotation-rejected-for-security-reasons";
const STATUS_TYPE: &str = "backstage.io/catalog-processing";

/// The bytes that are served, and the hash that tells whether they differ from those before.
pub(crate) struct Assembled {
    pub(crate) json: String,
    pub(crate) hash: String,
}

/// `entity` is the text of the processed entity. `relations` may come in any order and more than once.
pub(crate) fn assemble(
    entity: &str,
    entity_id: &str,
    mut relations: Vec<Edge>,
    errors: &[ProcessingError],
    orphan: bool,
) -> serde_json::Result<Assembled> {
    relations.sort_unstable();
    relations.dedup();
    let text = relations_text(&relations);
    let hash = Sha1::new().chain_update(entity).chain_update(&text);
    if errors.is_empty() && !orphan {
        let hash = hex::encode(hash.finalize());
        let json = match splice(entity, entity_id, &hash, &text) {
            Some(json) => json,
            None => put_together(entity, entity_id, &hash, relations, errors, orphan)?,
        };
        return Ok(Assembled { json, hash });
    }
    let hash = hash.chain_update(serde_json::to_vec(&(errors, orphan))?);
    let hash = hex::encode(hash.finalize());
    let json = put_together(entity, entity_id, &hash, relations, errors, orphan)?;
    Ok(Assembled { json, hash })
}

/// The way for entities into whose text nothing can simply be put.
fn put_together(
    entity: &str,
    entity_id: &str,
    hash: &str,
    relations: Vec<Edge>,
    errors: &[ProcessingError],
    orphan: bool,
) -> serde_json::Result<String> {
    let mut entity: Value = serde_json::from_str(entity)?;
    if orphan {
        metadata(&mut entity, |metadata| {
            let annotations = metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(annotations) = annotations {
                annotations.insert(ORPHAN.into(), "true".into());
            }
        });
    }
    if let Some(annotations) = entity.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        for key in URL_ANNOTATIONS {
            if let Some(url) = annotations.get_mut(key)
                && url.as_str().is_some_and(is_script_url)
            {
                *url = REJECTED_URL.into();
            }
        }
    }
    if let Value::Object(root) = &mut entity {
        let list = relations.into_iter().map(|(kind, target)| json!({"type": kind, "targetRef": target}));
        root.insert("relations".into(), list.collect());
        add_status(root, errors);
    }
    metadata(&mut entity, |metadata| {
        metadata.insert("uid".into(), entity_id.into());
        let etag = metadata.entry("etag").or_insert(Value::Null);
        if etag.as_str().is_none_or(str::is_empty) {
            *etag = hash.into();
        }
    });
    Ok(entity.to_string())
}

fn metadata(entity: &mut Value, change: impl FnOnce(&mut Map<String, Value>)) {
    if let Some(Value::Object(metadata)) = entity.get_mut("metadata") {
        change(metadata);
    }
}

fn add_status(root: &mut Map<String, Value>, errors: &[ProcessingError]) {
    if errors.is_empty() {
        return;
    }
    let items = errors.iter().map(|error| {
        let mut detail = json!({"name": error.name, "message": error.message});
        if let Some(location) = &error.location {
            detail["location"] = location.as_str().into();
        }
        json!({
            "type": STATUS_TYPE,
            "level": "error",
            "message": format!("{}: {}", error.name, error.message),
            "error": detail,
        })
    });
    let status = root.entry("status").or_insert_with(|| Value::Object(Map::new()));
    if !status.is_object() {
        *status = Value::Object(Map::new());
    }
    match status.get_mut("items") {
        Some(Value::Array(list)) => list.extend(items),
        _ => status["items"] = items.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component() -> Value {
        json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component",
               "metadata": {"name": "a", "annotations": {"backstage.io/view-url": "https://x"}}, "spec": {}})
    }

    fn assembled(entity: Value, errors: &[ProcessingError], orphan: bool) -> (Value, String) {
        let edge = |kind: &str, target: &str| (kind.to_owned(), target.to_owned());
        let relations =
            vec![edge("partOf", "b"), edge("ownedBy", "z"), edge("ownedBy", "a"), edge("partOf", "b")];
        let made = assemble(&entity.to_string(), "id-1", relations, errors, orphan).expect("an entity");
        (serde_json::from_str(&made.json).expect("JSON"), made.hash)
    }

    #[test]
    fn relations_are_sorted_and_distinct() {
        let (entity, _) = assembled(component(), &[], false);
        assert_eq!(
            entity["relations"],
            json!([{"type": "ownedBy", "targetRef": "a"}, {"type": "ownedBy", "targetRef": "z"},
                   {"type": "partOf", "targetRef": "b"}])
        );
    }

    #[test]
    fn uid_is_always_ours_and_etag_only_where_none_was_given() {
        let (entity, hash) = assembled(component(), &[], false);
        assert_eq!(entity["metadata"]["uid"], "id-1");
        assert_eq!(entity["metadata"]["etag"], hash.as_str());
        let mut given = component();
        given["metadata"]["etag"] = "mine".into();
        assert_eq!(assembled(given, &[], false).0["metadata"]["etag"], "mine");
    }

    #[test]
    fn an_orphan_is_annotated_and_differs() {
        let (entity, hash) = assembled(component(), &[], true);
        assert_eq!(entity["metadata"]["annotations"][ORPHAN], "true");
        assert_ne!(hash, assembled(component(), &[], false).1);
    }

    #[test]
    fn a_script_in_a_url_annotation_is_replaced() {
        let mut bad = component();
        bad["metadata"]["annotations"]["backstage.io/edit-url"] = "\u{1}java\nscript:alert(1)".into();
        let (entity, _) = assembled(bad, &[], false);
        assert_eq!(entity["metadata"]["annotations"]["backstage.io/edit-url"], REJECTED_URL);
        assert_eq!(entity["metadata"]["annotations"]["backstage.io/view-url"], "https://x");
    }

    #[test]
    fn an_error_becomes_a_status_item_with_its_place() {
        let error = ProcessingError {
            name: "InputError".into(),
            message: "no owner".into(),
            location: Some("a.yaml:3:1".into()),
        };
        let (entity, _) = assembled(component(), &[error], false);
        assert_eq!(
            entity["status"]["items"],
            json!([{"type": "backstage.io/catalog-processing", "level": "error",
                    "message": "InputError: no owner",
                    "error": {"name": "InputError", "message": "no owner", "location": "a.yaml:3:1"}}])
        );
    }
}
