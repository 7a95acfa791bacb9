//! `GET /entities/by-name/:kind/:namespace/:name/history`: what became of one entity, newest first.

use axum::extract::{Path, State};
use axum::response::Response;
use callboard_kit::error::ApiResult;
use callboard_kit::http::Caller;
use http::{HeaderMap, Uri};

use super::Api;
use super::answer;
use super::by_name::{NamePath, not_found, reference};
use super::changes::{ChangesPage, limit};
use super::params::Params;
use crate::changes::MAX_BYTES;
use crate::query::access::Allowed;
use crate::query::change_log::visible;

const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 500;

pub(super) async fn history(
    State(api): State<Api>,
    Caller(credentials): Caller,
    Path((kind, namespace, name)): NamePath,
    uri: Uri,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let params = Params::read(&uri, &["limit", "before"])?;
    let limit = limit(&params, DEFAULT_LIMIT, MAX_LIMIT)?;
    let before = params.integer("before", 0)?;
    let allowed = api.readable(&credentials).await?;
    let entity_ref = reference(&kind, &namespace, &name);
    let (mut seen, mut bytes) = (Vec::new(), 0);
    let (mut from, mut size) = (before, limit + 1);
    // One more, in number or in bytes, tells whether there is a next page. What is hidden is passed over here: a `next`
    // that pointed at it would tell that it is there.
    let more = 'read: loop {
        if allowed == Allowed::Nothing {
            break false;
        }
        let changes = api.catalog.history(&entity_ref, from, size).await?;
        let Some(last) = changes.last() else { break false };
        (from, size) = (Some(last.sequence), MAX_LIMIT);
        for change in &changes {
            let Some(item) = visible(change, &allowed) else { continue };
            bytes += item.get().len();
            if seen.len() == limit || (bytes > MAX_BYTES && !seen.is_empty()) {
                break 'read true;
            }
            seen.push((change.sequence, item));
        }
    };
    let next = seen.last().filter(|_| more).map(|(sequence, _)| *sequence);
    let items: Vec<_> = seen.into_iter().map(|(_, item)| item).collect();
    if items.is_empty() && before.is_none() {
        // Of an entity that is there, the oldest changes may no longer be kept.
        let index = api.catalog.index();
        let index = index.read();
        let filter = allowed.filter();
        if !index.by_ref(&entity_ref).is_some_and(|slot| index.slot_matches(slot, &filter)) {
            return Err(not_found(&kind, &namespace, &name));
        }
    }
    Ok(answer::tagged_json(&headers, &ChangesPage { items, next }))
}
