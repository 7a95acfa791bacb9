//! Query parameters, checked as Backstage's OpenAPI validation checks them: what is not documented is refused, and
//! so is an empty value.

use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::request::{query_integer, query_pairs};
use callboard_model::filter::{Filter, query_string};
use callboard_model::projection::Projection;
use http::Uri;

use super::error::input;

/// The query parameters of a request, decoded, in their order.
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Those of a URI, of which only `documented` ones may occur.
    pub(crate) fn read(uri: &Uri, documented: &[&str]) -> ApiResult<Self> {
        Ok(Self { pairs: query_pairs(uri, documented)? })
    }

    /// All pairs, in order.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Every value of a parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the parameter is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The value of a parameter that may stand once.
    pub(crate) fn text(&self, name: &str) -> ApiResult<Option<&str>> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(ApiError::input(format!("request/query/{name} must be string"))),
        }
    }

    /// A whole number that is not below `minimum`.
    pub(crate) fn integer(&self, name: &str, minimum: i64) -> ApiResult<Option<i64>> {
        query_integer(&self.pairs, name, minimum)
    }

    /// As [`Self::integer`], for counts and offsets.
    pub(crate) fn count(&self, name: &str) -> ApiResult<Option<usize>> {
        Ok(self.integer(name, 0)?.map(|value| usize::try_from(value).unwrap_or(usize::MAX)))
    }

    /// One of the allowed values.
    pub(crate) fn one_of(&self, name: &str, allowed: &[&str]) -> ApiResult<Option<&str>> {
        match self.text(name)? {
            Some(value) if !allowed.contains(&value) => Err(ApiError::input(format!(
                "request/query/{name} must be equal to one of the allowed values: {}",
                allowed.join(", ")
            ))),
            value => Ok(value),
        }
    }

    /// The `filter` parameters; `None` where they ask nothing.
    pub(crate) fn filter(&self) -> ApiResult<Option<Filter>> {
        query_string::parse(&self.all("filter").collect::<Vec<_>>()).map_err(input)
    }

    /// The `fields` parameters.
    pub(crate) fn fields(&self) -> ApiResult<Projection> {
        Projection::parse(&self.all("fields").collect::<Vec<_>>()).map_err(input)
    }

    /// A parameter whose values are lists joined by commas.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let items = self.all(name).flat_map(|value| value.split(','));
        items.map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> ApiResult<Params> {
        let documented = ["limit", "filter", "fields", "totalItems"];
        Params::read(&format!("/x?{query}").parse().unwrap(), &documented)
    }

    fn fault<T>(result: ApiResult<T>) -> String {
        result.err().map(|error| error.message).unwrap_or_default()
    }

    #[test]
    fn what_is_wrong_with_a_parameter_is_said_in_backstages_words() {
        for (query, expected) in [
            ("bogus=1", "Unknown query parameter 'bogus'"),
            ("filter=", "Empty value found for query parameter 'filter'"),
            ("fields=", "Empty value found for query parameter 'fields'"),
        ] {
            assert_eq!(fault(read(query)), expected);
        }
        for (query, expected) in [
            ("limit=x", "request/query/limit must be integer"),
            ("limit=1&limit=2", "request/query/limit must be integer"),
            ("limit=1.5", "request/query/limit must be integer"),
            ("limit=-1", "request/query/limit must be >= 0"),
        ] {
            assert_eq!(fault(read(query).unwrap().count("limit")), expected);
        }
        let choice = read("totalItems=maybe").unwrap();
        assert_eq!(
            fault(choice.one_of("totalItems", &["include", "exclude"])),
            "request/query/totalItems must be equal to one of the allowed values: include, exclude"
        );
        assert!(fault(read("fields=a%5B0%5D").unwrap().fields()).contains("array type fields"));
        assert!(fault(read("filter=%3Dx").unwrap().filter()).contains("Invalid filter"));
    }

    #[test]
    fn repeated_and_joined_values_are_lists() {
        let params = read("fields=a,b&fields=c&filter=&filter=kind%3Da").unwrap();
        assert_eq!(params.list("fields"), ["a", "b", "c"]);
        assert_eq!(params.filter().unwrap(), Some(Filter::equals("kind", "a")));
        assert_eq!(read("").unwrap().count("limit").unwrap(), None);
    }
}
