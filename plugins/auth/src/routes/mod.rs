//! The routes below `/api/auth`. Nearly all of them are public: this is where nobody becomes somebody.

mod guest;
mod oidc;
mod unknown;

use std::sync::Arc;

use callboard_kit::access::Routes;
use callboard_kit::audit::AuditLog;
use callboard_kit::identity::UserDirectory;

use crate::clients::{self, Clients};
use crate::proxy;
use crate::service::AuthService;

pub(crate) fn routes(
    auth: &Arc<AuthService>,
    audit: &Arc<dyn AuditLog>,
    users: Option<&Arc<dyn UserDirectory>>,
    clients: &Clients,
) -> Routes {
    let routes = oidc::add(Routes::new(), auth, clients);
    let routes = clients::add_routes(routes, clients);
    let routes = clients::add_own_sessions(routes, clients);
    let routes = guest::add(routes, auth, audit, users);
    let routes = proxy::add_routes(routes, auth, audit, users);
    unknown::add(routes)
}
