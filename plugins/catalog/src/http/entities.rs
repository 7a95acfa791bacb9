//! `GET /entities`: everything that matches as one array, or a page of it with a `Link` to the next.

use axum::extract::State;
use axum::response::Response;
use callboard_index::{EntitySet, Index, Order, PageRequest, Selection, Slot};
use callboard_kit::error::{ApiError, ApiResult};
use callboard_kit::http::Caller;
use callboard_model::filter::Filter;
use http::{HeaderMap, HeaderValue, Uri, header};
use serde::{Deserialize, Serialize};

use super::answer::{self, Tag};
use super::params::Params;
use super::{Api, items};
use crate::query::cursor::{decode_json, encode_json};
use crate::query::pieces::with_matching;

/// Different keys to order by. An entity is listed once for each combination of its values under them, so each
/// further one can multiply the work; a key that comes again decides nothing and is left out.
const MAX_ORDERS: usize = 3;

/// What `after` holds.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct After {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
}

pub(super) async fn list(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let params = Params::read(&uri, &["fields", "limit", "filter", "offset", "after", "order"])?;
    let fields = params.fields()?;
    let filter = params.filter()?.unwrap_or_else(Filter::everything);
    let orders = orders(&params)?;
    let page = page(&params)?;
    let allowed = api.readable(&credentials).await?;
    let Some(filter) = allowed.narrow(filter) else { return Ok(answer::bytes("[]", None)) };

    let lock = api.catalog.index();
    if let Some(response) = answer::unchanged(&lock, &allowed, &headers) {
        return Ok(response);
    }
    let readable = allowed.filter();
    let (tag, body, next) = with_matching(&lock, &filter, |index, matching| {
        let (slots, next) = match page {
            None => (everything(index, &filter, matching, orders), None),
            Some(page) => part(index, &filter, matching, &orders, page),
        };
        (Tag::of_index(index, &allowed), items::array(&lock, index, slots, fields, readable), next)
    })
    .await;
    let mut response = answer::bytes(body, Some(&tag));
    let link = next.map(|next| next_link(&uri, &params, next));
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// Without pages, only the first order counts, and entities without its field are left out.
fn everything(index: &Index, filter: &Filter, matching: Option<&EntitySet>, orders: Vec<Order>) -> Vec<Slot> {
    let selection = Selection { filter: filter.clone(), full_text: None, order: orders.into_iter().next() };
    let request =
        PageRequest { selection: &selection, from: None, backwards: false, offset: 0, limit: usize::MAX };
    index.page_and_count(&request, matching, false).0.into_iter().map(|row| row.slot).collect()
}

/// A page, and where the next one begins if there is one.
fn part(
    index: &Index,
    filter: &Filter,
    matching: Option<&EntitySet>,
    orders: &[Order],
    page: After,
) -> (Vec<Slot>, Option<After>) {
    let offset = page.offset.unwrap_or_default();
    // One more tells whether there is a next page.
    let wanted = page.limit.map_or(usize::MAX, |limit| limit.saturating_add(1));
    let mut slots = index.listing(filter, matching, orders, offset, wanted);
    let next = page.limit.filter(|limit| slots.len() > *limit).map(|limit| {
        slots.truncate(limit);
        After { limit: Some(limit), offset: Some(offset.saturating_add(limit)) }
    });
    (slots, next)
}

/// The page that is asked for; `None` for everything.
fn page(params: &Params) -> ApiResult<Option<After>> {
    let limit = params.count("limit")?;
    let offset = params.count("offset")?;
    if limit == Some(0) {
        return Err(ApiError::input("Invalid limit, must be greater than zero"));
    }
    let malformed = |_| ApiError::input("Malformed after cursor, could not be parsed");
    match params.text("after")? {
        Some(after) => {
            let after: After = decode_json(after).map_err(malformed)?;
            Ok(Some(After { limit: after.limit.or(limit), offset: after.offset.or(offset) }))
        }
        None if limit.is_some() || offset.is_some() => Ok(Some(After { limit, offset })),
        None => Ok(None),
    }
}

fn orders(params: &Params) -> ApiResult<Vec<Order>> {
    let order = |text: &str| {
        let (direction, key) = text.split_once(':').unwrap_or_default();
        let descending = match direction {
            "asc" => false,
            "desc" => true,
            _ => return None,
        };
        (!key.is_empty()).then(|| Order { key: key.to_owned(), descending })
    };
    let read = |text| {
        order(text).ok_or_else(|| {
            ApiError::input(format!(
                "Invalid order parameter \"{text}\", expected \"<asc or desc>:<field name>\""
            ))
        })
    };
    let mut orders: Vec<Order> = Vec::new();
    for order in params.all("order").map(read) {
        let order = order?;
        if !orders.iter().any(|other| other.key.eq_ignore_ascii_case(&order.key)) {
            orders.push(order);
        }
    }
    if orders.len() > MAX_ORDERS {
        return Err(ApiError::input(format!("{} orders; a request may have {MAX_ORDERS}", orders.len())));
    }
    Ok(orders)
}

/// The same request with another `after`, in the way that browsers write it.
fn next_link(uri: &Uri, params: &Params, after: After) -> String {
    let after = encode_json(&after);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let mut replaced = false;
    for (name, value) in params.pairs() {
        match name.as_str() {
            "offset" => {}
            "after" if replaced => {}
            "after" => {
                replaced = true;
                query.append_pair("after", &after);
            }
            _ => {
                query.append_pair(name, value);
            }
        }
    }
    if !replaced {
        query.append_pair("after", &after);
    }
    format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish())
}
