//! Puts a uid, an etag and relations into the text of an entity. The text stays as it is, so an entity is parsed when
//! it is processed and not again each time that something around it changes.

use std::borrow::Cow;
use std::fmt;

use callboard_model::entity::is_script_url;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::assemble::URL_ANNOTATIONS;
use crate::db::relations::Edge;

/// The members of an object in their order, each value as it is written.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    fn of(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.get())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((Key(key), value)) = map.next_entry()? {
                    members.push((key, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// A key, borrowed unless it holds an escape.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The entity with what belongs to it, or `None` if it has something at one of these places already or an annotation
/// that must not be served: then its parts have to be taken apart.
pub(super) fn splice(entity: &str, uid: &str, etag: &str, relations: &str) -> Option<String> {
    let root = Members::of(entity)?;
    if root.get("relations").is_some() {
        return None;
    }
    let metadata_text = root.get("metadata")?;
    let metadata = Members::of(metadata_text)?;
    if metadata.get("uid").is_some() || metadata.get("etag").is_some() {
        return None;
    }
    if metadata.get("annotations").is_some_and(has_script) {
        return None;
    }
    // Both are slices of the text, so this is where one ends in the other.
    let metadata_end = metadata_text.as_ptr().addr() - entity.as_ptr().addr() + metadata_text.len() - 1;
    let (before, rest) = (entity.get(..metadata_end)?, entity.get(metadata_end..)?);
    let rest = rest.strip_suffix('}')?;
    let mut text = String::with_capacity(entity.len() + uid.len() + etag.len() + relations.len() + 48);
    text.push_str(before);
    text.push_str(if metadata.0.is_empty() { r#""uid":""# } else { r#","uid":""# });
    // Both are made by us from hexadecimal digits.
    text.push_str(uid);
    text.push_str(r#"","etag":""#);
    text.push_str(etag);
    text.push('"');
    text.push_str(rest);
    text.push_str(r#","relations":"#);
    text.push_str(relations);
    text.push('}');
    Some(text)
}

/// Whether an annotation that a browser is led to is a script.
fn has_script(annotations: &str) -> bool {
    // Other than an object: whoever takes the entity apart decides.
    let Some(annotations) = Members::of(annotations) else { return annotations != "null" };
    URL_ANNOTATIONS
        .iter()
        .filter_map(|key| annotations.get(key))
        .any(|url| serde_json::from_str::<Cow<'_, str>>(url).is_ok_and(|url| is_script_url(&url)))
}

/// The relations as they stand in an entity.
pub(super) fn relations_text(relations: &[Edge]) -> String {
    let length = relations.iter().map(|(kind, target)| kind.len() + target.len() + 28).sum::<usize>();
    let mut out = String::with_capacity(length + 2);
    out.push('[');
    for (at, (kind, target)) in relations.iter().enumerate() {
        out.push_str(if at == 0 { r#"{"type":"# } else { r#",{"type":"# });
        callboard_model::stable_json::write_text(kind, &mut out);
        out.push_str(r#","targetRef":"#);
        callboard_model::stable_json::write_text(target, &mut out);
        out.push('}');
    }
    out.push(']');
    out
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_text_stays_and_the_rest_is_added_where_it_belongs() {
        let text = r#"{"kind":"API","metadata":{"name":"a","description":"}{\"\\"},"spec":{"metadata":1}}"#;
        let relations = relations_text(&[("ownedBy".to_owned(), "group:default/\"q".to_owned())]);
        let made = splice(text, "id", "tag", &relations).expect("a text");
        assert_eq!(
            made,
            r#"{"kind":"API","metadata":{"name":"a","description":"}{\"\\","uid":"id","etag":"tag"},"spec":{"metadata":1},"relations":[{"type":"ownedBy","targetRef":"group:default/\"q"}]}"#
        );
        assert!(serde_json::from_str::<Value>(&made).is_ok());
    }

    #[test]
    fn an_empty_metadata_and_no_relations_are_json_too() {
        let made = splice(r#"{"metadata":{}}"#, "id", "tag", "[]").expect("a text");
        assert_eq!(
            serde_json::from_str::<Value>(&made).ok(),
            Some(json!({"metadata": {"uid": "id", "etag": "tag"}, "relations": []}))
        );
    }

    #[test]
    fn what_has_something_at_one_of_these_places_is_taken_apart() {
        for entity in [
            json!({"metadata": {"uid": "x"}}),
            json!({"metadata": {"etag": "x"}}),
            json!({"metadata": {}, "relations": []}),
            json!({"metadata": {"annotations": {"backstage.io/view-url": "java\nscript:alert(1)"}}}),
            json!({"metadata": {"annotations": "text"}}),
            json!({"metadata": 1}),
            json!({"kind": "API"}),
        ] {
            assert_eq!(splice(&entity.to_string(), "id", "tag", "[]"), None, "{entity}");
        }
    }
}
