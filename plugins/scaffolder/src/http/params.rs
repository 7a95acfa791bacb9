//! Query parameters, checked as Backstage's OpenAPI validation checks them: what is not documented is refused, and
//! so is an empty value.

use callboard_kit::error::{ApiError, ApiResult};
use http::Uri;

/// Parameters in one request.
const MAX_PARAMETERS: usize = 1_000;

/// The query parameters of a request, decoded, in their order.
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Those of a URI, of which only `documented` ones may occur.
    pub(crate) fn read(uri: &Uri, documented: &[&str]) -> ApiResult<Self> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
                .take(MAX_PARAMETERS + 1)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
        if pairs.len() > MAX_PARAMETERS {
            return Err(ApiError::input(format!("More than {MAX_PARAMETERS} query parameters")));
        }
        let params = Self { pairs };
        for (name, value) in &params.pairs {
            if !documented.contains(&name.as_str()) {
                return Err(ApiError::input(format!("Unknown query parameter '{name}'")));
            }
            if value.is_empty() && params.all(name).nth(1).is_none() {
                return Err(ApiError::input(format!("Empty value found for query parameter '{name}'")));
            }
        }
        Ok(params)
    }

    /// Every value of a parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A whole number that is not below `minimum`.
    pub(crate) fn integer(&self, name: &str, minimum: i64) -> ApiResult<Option<i64>> {
        let mut values = self.all(name);
        let value = match (values.next(), values.next()) {
            (None, _) => return Ok(None),
            (Some(value), None) => value.trim().parse::<i64>().ok(),
            _ => None,
        };
        match value {
            None => Err(ApiError::input(format!("request/query/{name} must be integer"))),
            Some(value) if value < minimum => {
                Err(ApiError::input(format!("request/query/{name} must be >= {minimum}")))
            }
            value => Ok(value),
        }
    }
}
