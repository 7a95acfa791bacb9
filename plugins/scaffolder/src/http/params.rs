//! Query parameters, checked as Backstage's OpenAPI validation checks them: what is not documented is refused, and
//! so is an empty value.

use callboard_kit::error::ApiResult;
use callboard_kit::request::{query_integer, query_pairs};
use http::Uri;

/// The query parameters of a request, decoded, in their order.
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Those of a URI, of which only `documented` ones may occur.
    pub(crate) fn read(uri: &Uri, documented: &[&str]) -> ApiResult<Self> {
        Ok(Self { pairs: query_pairs(uri, documented)? })
    }

    /// Every value of a parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A whole number that is not below `minimum`.
    pub(crate) fn integer(&self, name: &str, minimum: i64) -> ApiResult<Option<i64>> {
        query_integer(&self.pairs, name, minimum)
    }
}
