//! Which events the routes of the catalog are, as catalog-backend 4.0.0 names them.

use callboard_kit::audit::route::Audited;
use http::Method;

static ALL: Audited = Audited::read("entity-fetch", &[("queryType", "all")]);
static BY_QUERY: Audited = Audited::read("entity-fetch", &[("queryType", "by-query")]);
static BY_REFS: Audited = Audited::read("entity-fetch", &[("queryType", "by-refs")]);
static BY_UID: Audited = Audited::read("entity-fetch", &[("queryType", "by-uid")]);
static BY_NAME: Audited = Audited::read("entity-fetch", &[("queryType", "by-name")]);
static ANCESTRY: Audited =
    Audited::read("entity-fetch", &[("queryType", "by-name"), ("actionType", "ancestry")]);
static HISTORY: Audited =
    Audited::read("entity-fetch", &[("queryType", "by-name"), ("actionType", "history")]);
static CHANGES: Audited = Audited::read("entity-fetch", &[("queryType", "changes")]);
static FACETS: Audited = Audited::read("entity-facets", &[]);
static UNPROCESSED: Audited = Audited::read("entity-fetch", &[("queryType", "unprocessed")]);
static DELETE: Audited = Audited::change("entity-mutate", &[("actionType", "delete")]);
static REFRESH: Audited =
    Audited::change("entity-mutate", &[("actionType", "update"), ("queryType", "refresh")]);
static VALIDATE: Audited = Audited::read("entity-validate", &[]);
static LOCATIONS: Audited = Audited::read("location-fetch", &[("queryType", "all")]);
static LOCATIONS_BY_QUERY: Audited = Audited::read("location-fetch", &[("queryType", "by-query")]);
static LOCATION_BY_ID: Audited = Audited::read("location-fetch", &[("queryType", "by-id")]);
static LOCATION_BY_ENTITY: Audited = Audited::read("location-fetch", &[("queryType", "by-entity")]);
static LOCATION_CREATE: Audited = Audited::change("location-mutate", &[("actionType", "create")]);
static LOCATION_UPDATE: Audited = Audited::change("location-mutate", &[("actionType", "update")]);
static LOCATION_DELETE: Audited = Audited::change("location-mutate", &[("actionType", "delete")]);
static ANALYZE: Audited = Audited::read("location-analyze", &[]);

/// The event of a route; `None` for those that tell about the server and not about the catalog.
pub(super) fn of(method: &Method, path: &str) -> Option<&'static Audited> {
    Some(match (method.as_str(), path) {
        ("GET", "/entities") => &ALL,
        (_, "/entities/by-query") => &BY_QUERY,
        (_, "/entities/by-refs") => &BY_REFS,
        ("GET", "/entities/by-uid/{uid}") => &BY_UID,
        ("GET", "/entities/by-name/{kind}/{namespace}/{name}") => &BY_NAME,
        ("GET", "/entities/by-name/{kind}/{namespace}/{name}/ancestry") => &ANCESTRY,
        ("GET", "/entities/by-name/{kind}/{namespace}/{name}/history") => &HISTORY,
        ("GET", "/changes") => &CHANGES,
        (_, "/entity-facets") => &FACETS,
        ("GET", "/entities/unprocessed/failed" | "/entities/unprocessed/pending") => &UNPROCESSED,
        ("DELETE", "/entities/by-uid/{uid}" | "/entities/unprocessed/delete/{entity_id}") => &DELETE,
        ("POST", "/refresh") => &REFRESH,
        ("POST", "/validate-entity") => &VALIDATE,
        ("GET", "/locations") => &LOCATIONS,
        ("POST", "/locations/by-query") => &LOCATIONS_BY_QUERY,
        ("GET", "/locations/{id}") => &LOCATION_BY_ID,
        ("GET", "/locations/by-entity/{kind}/{namespace}/{name}") => &LOCATION_BY_ENTITY,
        ("POST", "/locations") => &LOCATION_CREATE,
        ("PUT", "/locations/{id}") => &LOCATION_UPDATE,
        ("DELETE", "/locations/{id}") => &LOCATION_DELETE,
        ("POST", "/analyze-location") => &ANALYZE,
        _ => return None,
    })
}
