//! The routes below `/api/auth`. All of them are public: this is where nobody becomes somebody.

mod guest;
mod oidc;
mod unknown;

use std::sync::Arc;

use callboard_kit::access::Routes;
use callboard_kit::audit::AuditLog;
use callboard_kit::identity::UserDirectory;

use crate::service::AuthService;

pub(crate) fn routes(
    auth: &Arc<AuthService>,
    audit: &Arc<dyn AuditLog>,
    users: Option<&Arc<dyn UserDirectory>>,
) -> Routes {
    let routes = oidc::add(Routes::new(), auth);
    let routes = guest::add(routes, auth, audit, users);
    unknown::add(routes)
}
