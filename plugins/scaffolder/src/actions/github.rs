//! GitHub and GitHub Enterprise (`plugin-scaffolder-backend-module-github` 0.10.0).

mod autolinks;
mod branch_protection;
mod changes;
mod client;
mod create;
mod deploy_key;
mod dispatch;
mod environment;
mod issues;
mod pages;
mod protect;
mod publish;
mod pull_request;
mod repo_create;
mod repo_push;
mod schema;
mod secrets;
mod webhook;

use std::sync::Arc;

use super::hosts::Hosts;
use crate::action::Action;

/// All actions on GitHub.
pub(crate) fn all(hosts: &Arc<Hosts>) -> Vec<Arc<dyn Action>> {
    vec![
        publish::action(hosts),
        pull_request::action(hosts),
        repo_create::action(hosts),
        repo_push::action(hosts),
        webhook::action(hosts),
        issues::create(hosts),
        issues::label(hosts),
        branch_protection::action(hosts),
        dispatch::action(hosts),
        environment::action(hosts),
        deploy_key::action(hosts),
        autolinks::action(hosts),
        pages::action(hosts),
    ]
}
