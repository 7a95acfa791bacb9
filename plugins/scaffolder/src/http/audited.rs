//! Which events the routes are, as scaffolder-backend 4.2.0 names them.

use callboard_kit::audit::route::Audited;
use http::Method;

static SCHEMA: Audited = Audited::read("template-parameter-schema", &[]);
static ACTIONS: Audited = Audited::read("action-fetch", &[]);
static LIST: Audited = Audited::read("task", &[("actionType", "list")]);
static GET: Audited = Audited::read("task", &[("actionType", "get")]);
static STREAM: Audited = Audited::read("task", &[("actionType", "stream")]);
static EVENTS: Audited = Audited::read("task", &[("actionType", "events")]);
static CREATE: Audited = Audited::change("task", &[("actionType", "create")]);
static CANCEL: Audited = Audited::change("task", &[("actionType", "cancel")]);
static RETRY: Audited = Audited::change("task", &[("actionType", "retry")]);
static APPROVE: Audited = Audited::change("task", &[("actionType", "approve")]);
static DRY_RUN: Audited = Audited::change("task", &[("actionType", "dry-run")]);

pub(super) fn of(method: &Method, path: &str) -> Option<&'static Audited> {
    Some(match (method.as_str(), path) {
        ("GET", "/v2/templates/{namespace}/{kind}/{name}/parameter-schema") => &SCHEMA,
        ("GET", "/v2/actions") => &ACTIONS,
        ("GET", "/v2/tasks") => &LIST,
        ("POST", "/v2/tasks") => &CREATE,
        ("GET", "/v2/tasks/{id}") => &GET,
        ("GET", "/v2/tasks/{id}/eventstream") => &STREAM,
        ("GET", "/v2/tasks/{id}/events") => &EVENTS,
        ("POST", "/v2/tasks/{id}/cancel") => &CANCEL,
        ("POST", "/v2/tasks/{id}/retry") => &RETRY,
        ("POST", "/v2/tasks/{id}/approvals") => &APPROVE,
        ("POST", "/v2/dry-run") => &DRY_RUN,
        _ => return None,
    })
}
