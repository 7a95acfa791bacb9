//! The full-text filter of a request: two query parameters, or one member of a body.

use callboard_kit::error::ApiResult;

use super::body::{JsonBody, wrong};
use super::params::Params;
use crate::query::cursor::FullTextFilter;

/// The parameters that carry it.
pub(super) const TERM: &str = "fullTextFilterTerm";
/// Keys to look in, joined by commas.
pub(super) const FIELDS: &str = "fullTextFilterFields";

/// From the query parameters. A term is always there, because Backstage's cursors have one.
pub(super) fn of_parameters(params: &Params) -> ApiResult<FullTextFilter> {
    Ok(FullTextFilter {
        term: Some(params.text(TERM)?.unwrap_or_default().to_owned()),
        fields: params.has(FIELDS).then(|| params.list(FIELDS)),
    })
}

/// From the member `fullTextFilter`.
pub(super) fn of_body(body: &JsonBody) -> ApiResult<Option<FullTextFilter>> {
    match body.get("fullTextFilter").filter(|value| !value.is_null()) {
        None => Ok(None),
        Some(value) => serde_json::from_value(value.clone())
            .map(Some)
            .map_err(|error| wrong("fullTextFilter", &format!("must be {{term, fields}}: {error}"))),
    }
}
