//! The `filter` parameters of a query string (contract: catalog-backend 4.0.0, entity filter parameters).
//!
//! Parameters are alternatives; statements inside one are separated by commas and must all hold: `key` (the key
//! exists), `key=value`. A key that stands several times in one parameter may have any of its values. There is no
//! escape: a value cannot hold a comma, a key no equals sign.

use super::Filter;

/// A parameter that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "Invalid filter, '{statement}' has no key before the equals sign; write key=value, or key alone to ask whether it exists"
)]
pub struct QueryStringError {
    /// The statement at fault.
    pub statement: String,
}

/// Reads all `filter` parameters of one request; `None` where they ask nothing, so that everything matches.
pub fn parse<S: AsRef<str>>(parameters: &[S]) -> Result<Option<Filter>, QueryStringError> {
    let mut alternatives = Vec::new();
    for parameter in parameters {
        alternatives.extend(parse_one(parameter.as_ref())?);
    }
    Ok(match alternatives.len() {
        0 | 1 => alternatives.pop(),
        _ => Some(Filter::Any(alternatives)),
    })
}

fn parse_one(parameter: &str) -> Result<Option<Filter>, QueryStringError> {
    let mut asked: Vec<(&str, Vec<String>)> = Vec::new();
    for statement in parameter.split(',').map(str::trim).filter(|statement| !statement.is_empty()) {
        let (key, value) = match statement.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.trim().to_lowercase())),
            None => (statement, None),
        };
        if key.is_empty() {
            return Err(QueryStringError { statement: statement.to_owned() });
        }
        match asked.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.extend(value),
            None => asked.push((key, value.into_iter().collect())),
        }
    }
    let mut all: Vec<Filter> = asked
        .into_iter()
        .map(|(key, values)| match values.is_empty() {
            true => Filter::Exists(key.to_lowercase()),
            false => Filter::In { key: key.to_lowercase(), values },
        })
        .collect();
    Ok(match all.len() {
        0 | 1 => all.pop(),
        _ => Some(Filter::All(all)),
    })
}
