//! The built-in actions: a list that can be read.

use std::sync::Arc;

use callboard_kit::plugin::Services;
use callboard_scm::Integrations;
use callboard_scm::egress::Egress;

use crate::action::Action;

/// What built-in actions work with.
#[derive(Debug, Clone)]
pub struct ActionServices {
    /// The configured source hosts.
    pub integrations: Arc<Integrations>,
    /// The guarded client.
    pub egress: Egress,
}

/// All built-in actions.
pub fn all(_services: &Services, _own: &ActionServices) -> Vec<Arc<dyn Action>> {
    Vec::new()
}
