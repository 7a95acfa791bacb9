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
use crate::query::pieces::with_matching;

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

    let mut out = items::Writer::new("{\"items\":[");
    with_matching(&api.catalog.index(), &filter, |index, matching| {
        let slots: Vec<_> = match matching {
            None => index.by_refs(&refs, &filter),
            Some(set) => {
                let all = index.by_refs(&refs, &Filter::everything()).into_iter();
                all.map(|slot| slot.filter(|slot| set.contains(*slot))).collect()
            }
        };
        out.write_all(index, slots.iter().copied(), &fields)
    })
    .await?;
    Ok(answer::bytes(out.finish("]}"), None))
}
