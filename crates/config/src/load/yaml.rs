//! YAML text as a tree of which each value knows its line.

use std::sync::Arc;

use callboard_model::yaml::{self, Limits, Positions};
use serde_json::Value;

use super::files::MAX_FILE_BYTES;
use crate::error::ConfigError;
use crate::node::{Data, Node, Origin};

/// Parses the one document of a config file; an empty text is null.
pub(super) fn parse(text: &str, source: &Arc<str>) -> Result<Node, ConfigError> {
    let limits = Limits { max_bytes: MAX_FILE_BYTES as usize, ..Limits::default() };
    let document = yaml::parse_one(text, &limits).map_err(|error| {
        let origin = origin(source, error.position);
        ConfigError::source(origin, error.message)
    })?;
    let positions = document.positions(text);
    let start = Origin::without_line(Arc::clone(source));
    Ok(locate(document.value, positions.as_ref(), &start, source))
}

fn origin(source: &Arc<str>, position: yaml::Position) -> Origin {
    Origin { source: Arc::clone(source), line: position.line, column: position.column, via: None }
}

/// Joins values and their positions. What an alias brought in stands where the alias does.
fn locate(value: Value, positions: Option<&Positions>, around: &Origin, source: &Arc<str>) -> Node {
    let here = positions.map_or_else(|| around.clone(), |positions| origin(source, positions.at));
    let child = |index: usize| positions.and_then(|positions| positions.children.get(index));
    let data = match value {
        Value::Array(items) => Data::List(Arc::new(
            items
                .into_iter()
                .enumerate()
                .map(|(index, item)| locate(item, child(index), &here, source))
                .collect(),
        )),
        Value::Object(fields) => Data::Map(Arc::new(
            fields
                .into_iter()
                .enumerate()
                .map(|(index, (key, field))| (key, locate(field, child(index), &here, source)))
                .collect(),
        )),
        plain => return Node::from_value(plain, &here),
    };
    Node { data, origin: here }
}
