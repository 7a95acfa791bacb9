//! Bitbucket Server and Data Center (`plugin-scaffolder-backend-module-bitbucket-server` 0.2.26).

mod client;
mod publish;
mod pull_request;

use std::sync::Arc;

use super::hosts::Hosts;
use crate::action::Action;

/// All actions on Bitbucket Server.
pub(crate) fn all(hosts: &Arc<Hosts>) -> Vec<Arc<dyn Action>> {
    vec![publish::action(hosts), pull_request::action(hosts)]
}
