//! `GET /facets`: what there is to filter by.

use axum::Json;
use axum::extract::State;
use callboard_audit::Facet;
use callboard_kit::error::ApiResult;
use callboard_kit::http::Caller;
use http::Uri;
use serde_json::{Value, json};

use crate::error::AuditApiError;
use crate::params::Params;
use crate::permissions;
use crate::plugin::Api;

pub(crate) async fn list(
    State(api): State<Api>,
    Caller(credentials): Caller,
    uri: Uri,
) -> ApiResult<Json<Value>> {
    let params = Params::read(&uri, false)?;
    permissions::require(api.services.authorizer.as_ref(), &credentials).await?;
    let facets = api.store.facets(&params.query).await.map_err(AuditApiError::from)?;
    let values = |facet: Vec<Facet>| -> Vec<Value> {
        facet.into_iter().map(|one| json!({"value": one.value, "count": one.count})).collect()
    };
    Ok(Json(json!({
        "plugin": values(facets.plugins),
        "eventId": values(facets.event_ids),
        "actor": values(facets.actors),
        "severity": values(facets.severities),
        "status": values(facets.statuses),
    })))
}
