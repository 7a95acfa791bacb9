//! Changes as they leave the server, cut down to what the caller may read.

use callboard_model::filter::Filter;
use callboard_model::search_rows;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::access::Allowed;
use crate::changes::Change;

/// The change as an item of the answer; `None` if the caller may read the entity neither before nor after it. The
/// side that may not be read is left out.
pub(crate) fn visible(change: &Change, allowed: &Allowed) -> Option<Box<RawValue>> {
    let before = change.before.as_deref().filter(|entity| may_read(entity, allowed));
    let after = change.after.as_deref().filter(|entity| may_read(entity, allowed));
    let knows_nothing = change.before.is_none() && change.after.is_none();
    if before.is_none() && after.is_none() && !(knows_nothing && *allowed == Allowed::Everything) {
        return None;
    }
    let mut item = Map::new();
    item.insert("sequence".into(), change.sequence.into());
    item.insert("at".into(), timestamp(change.at).into());
    item.insert("entityRef".into(), change.entity_ref.clone().into());
    item.insert("type".into(), change.kind.clone().into());
    item.insert("cause".into(), change.cause.clone().into());
    // The entities are put in as the text that they are; they need not be parsed for that.
    let mut text = Value::Object(item).to_string();
    text.pop();
    for (key, entity) in [("before", before), ("after", after)] {
        if let Some(entity) = entity {
            text.push_str(",\"");
            text.push_str(key);
            text.push_str("\":");
            text.push_str(entity);
        }
    }
    text.push('}');
    RawValue::from_string(text).ok()
}

fn may_read(entity: &str, allowed: &Allowed) -> bool {
    match allowed {
        Allowed::Nothing => false,
        Allowed::Everything => true,
        Allowed::Matching(filter) => matches(entity, filter),
    }
}

fn matches(entity: &str, filter: &Filter) -> bool {
    let entity = serde_json::from_str::<Value>(entity).ok();
    let rows = entity.and_then(|entity| search_rows::rows(&entity).ok());
    rows.is_some_and(|rows| filter.matches(&rows))
}

/// Milliseconds since the epoch, as RFC 3339 in UTC.
pub(crate) fn timestamp(millis: i64) -> String {
    match jiff::Timestamp::from_millisecond(millis) {
        Ok(at) => format!("{at:.3}"),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(before: Option<&str>, after: Option<&str>) -> Change {
        let entity = |kind: &str| json!({"kind": kind, "metadata": {"name": "x"}}).to_string();
        Change {
            sequence: 7,
            at: 0,
            entity_ref: "api:default/x".into(),
            entity_id: String::new(),
            kind: "updated".into(),
            cause: "url:x".into(),
            before: before.map(entity),
            after: after.map(entity),
        }
    }

    #[test]
    fn a_change_shows_only_the_sides_that_the_caller_may_read() {
        let apis = Allowed::Matching(Filter::equals("kind", "api"));
        for (allowed, before, after, expected) in [
            (Allowed::Everything, Some("API"), Some("Group"), Some((true, true))),
            (apis.clone(), Some("API"), Some("Group"), Some((true, false))),
            (apis.clone(), Some("Group"), Some("API"), Some((false, true))),
            (apis.clone(), Some("Group"), Some("Group"), None),
            (apis.clone(), None, Some("API"), Some((false, true))),
            (apis, Some("Group"), None, None),
            (Allowed::Nothing, Some("API"), None, None),
        ] {
            let item = visible(&change(before, after), &allowed);
            let item: Option<Value> = item.map(|item| serde_json::from_str(item.get()).unwrap());
            let sides = item.as_ref().map(|item| (item.get("before").is_some(), item.get("after").is_some()));
            assert_eq!(sides, expected, "{before:?} to {after:?} for {allowed:?}");
            assert!(
                item.is_none_or(|item| item["at"] == "1970-01-01T00:00:00.000Z" && item["sequence"] == 7)
            );
        }
    }
}
