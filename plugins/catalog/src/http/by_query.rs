//! `GET` and `POST /entities/by-query`: pages with cursors.

use axum::extract::State;
use axum::response::Response;
use callboard_index::{EntitySet, Index};
use callboard_kit::credentials::Credentials;
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use callboard_model::filter::{Filter, predicate};
use callboard_model::projection::Projection;
use http::{HeaderMap, Uri};
use serde_json::Value;

use super::answer::{self, Tag};
use super::body::{JsonBody, wrong};
use super::error::input;
use super::params::Params;
use super::{Api, full_text, items};
use crate::query::by_query::{ByQuery, DEFAULT_LIMIT, Page};
use crate::query::cursor::{Cursor, Direction, OrderField};
use crate::query::pieces::with_matching;

const PARAMETERS: [&str; 9] = [
    "fields",
    "limit",
    "offset",
    "orderField",
    "cursor",
    "filter",
    "totalItems",
    full_text::TERM,
    full_text::FIELDS,
];
const TOTALS: [&str; 2] = ["include", "exclude"];

pub(super) async fn by_parameters(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let params = Params::read(&uri, &PARAMETERS)?;
    let fields = params.fields()?;
    let limit = params.count("limit")?.unwrap_or(DEFAULT_LIMIT);
    let exclude_total = params.one_of("totalItems", &TOTALS)? == Some("exclude");
    let offset = params.count("offset")?.unwrap_or_default();
    let cursor = match params.text("cursor")? {
        Some(cursor) => Cursor::decode(cursor).map_err(input)?,
        None => Cursor {
            order_fields: params.all("orderField").map(order_field).collect::<ApiResult<_>>()?,
            query: params.filter()?.map(|filter| predicate::to_json(&filter)),
            full_text_filter: Some(full_text::of_parameters(&params)?),
            ..Cursor::default()
        },
    };
    let request = ByQuery { cursor, limit, offset, exclude_total };
    answer(&api, &credentials, Some(&headers), request, &fields).await
}

pub(super) async fn by_predicate(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    Params::read(&uri, &[])?;
    let limit = body.count("limit")?.unwrap_or(DEFAULT_LIMIT);
    let offset = body.count("offset")?.unwrap_or_default();
    let fields = Projection::parse(&body.texts("fields")?.unwrap_or_default()).map_err(input)?;
    let exclude_total = match body.text("totalItems")? {
        None | Some("include") => false,
        Some("exclude") => true,
        Some(_) => {
            return Err(wrong("totalItems", "must be equal to one of the allowed values: include, exclude"));
        }
    };
    let cursor = match body.text("cursor")? {
        Some(cursor) => Cursor::decode(cursor).map_err(input)?,
        None => Cursor {
            order_fields: order_by(&body)?,
            query: body.get("query").filter(|query| !query.is_null()).cloned(),
            full_text_filter: full_text::of_body(&body)?,
            ..Cursor::default()
        },
    };
    if let Some(query) = &cursor.query {
        predicate::parse(query).map_err(input)?;
    }
    let request = ByQuery { cursor, limit, offset, exclude_total };
    answer(&api, &credentials, None, request, &fields).await
}

async fn answer(
    api: &Api,
    credentials: &Credentials,
    headers: Option<&HeaderMap>,
    request: ByQuery,
    fields: &Projection,
) -> ApiResult<Response> {
    let asked = request.filter().map_err(input)?;
    let allowed = api.readable(credentials).await?;
    let lock = api.catalog.index();
    if let Some(response) = headers.and_then(|headers| answer::unchanged(&lock, &allowed, headers)) {
        return Ok(response);
    }
    let mut out = items::Writer::new("{\"items\":[");
    let written = |index: &Index, filter, matching: Option<&EntitySet>| -> ApiResult<_> {
        let page = request.page(index, filter, matching).map_err(input)?;
        out.write_all(index, page.rows.iter().map(|row| Some(row.slot)), fields)?;
        Ok((headers.map(|_| Tag::of_index(index, &allowed)), page))
    };
    // Who may read nothing gets an empty page without any cursor.
    let filter = allowed.narrow(asked).unwrap_or_else(Filter::nothing);
    let (tag, page) =
        with_matching(&lock, &filter, |index, matching| written(index, filter.clone(), matching)).await?;
    let Page { total, next, previous, .. } = page;
    // Cursors are base64, which JSON takes as it is.
    let cursors = match (&next, &previous) {
        (None, None) => String::new(),
        (Some(next), None) => format!("\"nextCursor\":\"{next}\""),
        (None, Some(previous)) => format!("\"prevCursor\":\"{previous}\""),
        (Some(next), Some(previous)) => {
            format!("\"nextCursor\":\"{next}\",\"prevCursor\":\"{previous}\"")
        }
    };
    let end = format!("],\"totalItems\":{total},\"pageInfo\":{{{cursors}}}}}");
    Ok(answer::bytes(out.finish(&end), tag.as_ref()))
}

/// `field` or `field,asc` or `field,desc`.
fn order_field(text: &str) -> ApiResult<OrderField> {
    let (field, order) = match text.split_once(',') {
        None => (text, None),
        Some((field, order)) => (field, Some(direction(order)?)),
    };
    Ok(OrderField { field: field.trim().to_owned(), order })
}

fn direction(text: &str) -> ApiResult<Direction> {
    match text.trim().to_lowercase().as_str() {
        "asc" => Ok(Direction::Asc),
        "desc" => Ok(Direction::Desc),
        _ => Err(ApiError::input("Invalid order field order, must be asc or desc")),
    }
}

/// `[{field, order}]`; one object is taken as a list of one.
fn order_by(body: &JsonBody) -> ApiResult<Vec<OrderField>> {
    let entries: &[Value] = match body.get("orderBy") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(entries)) => entries,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        Some(_) => return Err(wrong("orderBy", "must be array")),
    };
    let read = |(at, entry): (usize, &Value)| {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let field =
            text("field").ok_or_else(|| wrong(&format!("orderBy/{at}"), "must have a string 'field'"))?;
        let order = match text("order") {
            Some("asc") => Direction::Asc,
            Some("desc") => Direction::Desc,
            _ => return Err(wrong(&format!("orderBy/{at}/order"), "must be asc or desc")),
        };
        Ok(OrderField { field: field.to_owned(), order: Some(order) })
    };
    entries.iter().enumerate().map(read).collect()
}
