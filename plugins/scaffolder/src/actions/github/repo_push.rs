//! `github:repo:push`: the first commit of a repository that is there already.

use std::sync::Arc;

use super::client::Github;
use super::publish::{push, pushed_output};
use super::schema::{self, first_push, protection};
use crate::action::schema::object;
use crate::action::{Action, ActionContext, ActionError, ActionSpec};
use crate::actions::hosts::{Hosts, host_action, spec};

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [vec![schema::repo_url(), schema::token()], first_push(), protection()].concat();
    let described = spec(
        "github:repo:push",
        "Pushes the content of the workspace to a repository at GitHub as its first commit.",
        object(&["repoUrl"], members),
        Some(pushed_output()),
    );
    let described = ActionSpec { idempotent: true, ..described };
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let github = Github::open(hosts, context).await?;
    let repository = github.api.get(&github.repo(&[])?).await?;
    push(hosts, &github, context, &repository).await
}
