//! Bitbucket Cloud (`plugin-scaffolder-backend-module-bitbucket-cloud` 0.3.11).

mod branch_restriction;
mod client;
mod pipelines;
mod publish;
mod pull_request;

use std::sync::Arc;

use super::hosts::Hosts;
use crate::action::Action;

/// All actions on Bitbucket Cloud.
pub(crate) fn all(hosts: &Arc<Hosts>) -> Vec<Arc<dyn Action>> {
    vec![
        publish::action(hosts),
        pull_request::action(hosts),
        branch_restriction::action(hosts),
        pipelines::action(hosts),
    ]
}
