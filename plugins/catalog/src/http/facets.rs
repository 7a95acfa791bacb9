//! `GET` and `POST /entity-facets`: which values occur, and how often.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use callboard_index::{FacetValues, FullText};
use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use callboard_model::filter::{Filter, predicate};
use http::{HeaderMap, Uri};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::answer::{self, Tag};
use super::body::JsonBody;
use super::error::input;
use super::params::Params;
use super::{Api, full_text};
use crate::query::cursor::FullTextFilter;
use crate::query::pieces::with_matching;

/// Facets in one request.
const MAX_FACETS: usize = 100;

/// What is counted among which entities.
struct Request {
    facets: Vec<String>,
    filter: Filter,
    /// Beyond Backstage: the portal counts what a search shows.
    full_text: Option<FullText>,
}

pub(super) async fn by_parameters(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let params = Params::read(&uri, &["facet", "filter", full_text::TERM, full_text::FIELDS])?;
    let facets: Vec<String> = params.all("facet").map(str::to_owned).collect();
    if facets.is_empty() {
        return Err(ApiError::input("request/query must have required property 'facet'"));
    }
    let filter = params.filter()?.unwrap_or_else(Filter::everything);
    let full_text = Some(full_text::of_parameters(&params)?.to_index());
    answer(&api, &credentials, Some(&headers), Request { facets, filter, full_text }).await
}

pub(super) async fn by_predicate(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    body.required("facets")?;
    let facets = body.texts("facets")?.unwrap_or_default();
    if facets.is_empty() {
        return Err(ApiError::input("Missing facet parameter; facets must name at least one key"));
    }
    let filter = match body.get("query").filter(|query| !query.is_null()) {
        Some(query) => predicate::parse(query).map_err(input)?,
        None => Filter::everything(),
    };
    let full_text = full_text::of_body(&body)?.as_ref().map(FullTextFilter::to_index);
    answer(&api, &credentials, None, Request { facets, filter, full_text }).await
}

async fn answer(
    api: &Api,
    credentials: &Credentials,
    headers: Option<&HeaderMap>,
    request: Request,
) -> ApiResult<Response> {
    let Request { facets, filter, full_text } = request;
    if facets.len() > MAX_FACETS {
        return Err(ApiError::input(format!("{} facets; a request may ask for {MAX_FACETS}", facets.len())));
    }
    let allowed = api.readable(credentials).await?;
    let lock = api.catalog.index();
    if let Some(response) = headers.and_then(|headers| answer::unchanged(&lock, &allowed, headers)) {
        return Ok(response);
    }
    let filter = allowed.narrow(filter).unwrap_or_else(Filter::nothing);
    let (tag, values) = with_matching(&lock, &filter, |index, matching| {
        let tag = headers.map(|_| Tag::of_index(index, &allowed));
        (tag, index.facets(&facets, &filter, full_text.as_ref(), matching))
    })
    .await;
    let body = serde_json::to_vec(&Answer { facets: Facets { names: &facets, values: &values } })
        .map_err(|error| ApiError::internal(&error))?;
    Ok(answer::bytes(body, tag.as_ref()))
}

#[derive(Serialize)]
struct Answer<'a> {
    facets: Facets<'a>,
}

/// Each facet as asked for; one that is asked for twice stands once.
struct Facets<'a> {
    names: &'a [String],
    values: &'a [Arc<FacetValues>],
}

impl Serialize for Facets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (at, (name, values)) in self.names.iter().zip(self.values).enumerate() {
            if !self.names[..at].contains(name) {
                map.serialize_entry(name, &Values(values))?;
            }
        }
        map.end()
    }
}

struct Values<'a>(&'a FacetValues);

#[derive(Serialize)]
struct FacetValue<'a> {
    value: &'a str,
    count: u64,
}

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for (value, count) in self.0 {
            list.serialize_element(&FacetValue { value, count: *count })?;
        }
        list.end()
    }
}
