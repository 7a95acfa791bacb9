//! `POST /entities/by-refs`: many entities by reference, in the order asked for.

use axum::extract::State;
use axum::response::Response;
use callboard_kit::error::ApiResult;
use callboard_kit::http::Caller;
use callboard_model::filter::{Filter, predicate};
use callboard_model::projection::Projection;
use http::Uri;

use super::body::{JsonBody, wrong};
use super::error::input;
use super::params::Params;
use super::{Api, answer, items};

pub(super) async fn by_refs(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
    body: JsonBody,
) -> ApiResult<Response> {
    let params = Params::read(&uri, &["filter", "fields"])?;
    body.required("entityRefs")?;
    let refs = body.texts("entityRefs")?.ok_or_else(|| wrong("entityRefs", "must be array"))?;
    let mut fields = body.texts("fields")?.unwrap_or_default();
    fields.extend(params.list("fields"));
    let fields = Projection::parse(&fields).map_err(input)?;
    let mut parts: Vec<Filter> = params.filter()?.into_iter().collect();
    if let Some(query) = body.get("query").filter(|query| !query.is_null()) {
        parts.push(predicate::parse(query).map_err(input)?);
    }
    let asked = Filter::All(parts);
    let filter = api.readable(&credentials).await?.narrow(asked).unwrap_or_else(Filter::nothing);

    let lock = api.catalog.index();
    let index = lock.read();
    let mut out = Vec::from(b"{\"items\":[");
    items::write_all(&index, index.by_refs(&refs, &filter).into_iter(), &fields, &mut out)?;
    out.extend_from_slice(b"]}");
    Ok(answer::bytes(out, None))
}
