//! GitLab (`plugin-scaffolder-backend-module-gitlab` 0.12.0).

mod client;
mod commits;
mod groups;
mod issues;
mod merge_request;
mod migrate;
mod pipeline;
mod project;
mod publish;
mod repo_push;
mod user;

use std::sync::Arc;

use super::hosts::Hosts;
use crate::action::Action;

/// All actions on GitLab.
pub(crate) fn all(hosts: &Arc<Hosts>) -> Vec<Arc<dyn Action>> {
    vec![
        publish::action(hosts),
        merge_request::action(hosts),
        repo_push::action(hosts),
        groups::access(hosts),
        groups::ensure_exists(hosts),
        migrate::action(hosts),
        issues::create(hosts),
        issues::edit(hosts),
        pipeline::action(hosts),
        project::access_token(hosts),
        project::deploy_token(hosts),
        project::variable(hosts),
        user::action(hosts),
    ]
}
