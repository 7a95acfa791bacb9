//! Gerrit (`plugin-scaffolder-backend-module-gerrit` 0.2.25).

mod publish;
mod review;

use std::sync::Arc;

use callboard_scm::Integration;
use callboard_scm::integrations::gerrit::GerritConfig;
use serde_json::{Value, json};

use super::hosts::once::remembered;
use super::hosts::{Hosts, RepoUrl, path};
use crate::action::{Action, ActionContext, ActionError};

/// All actions on Gerrit.
pub(crate) fn all(hosts: &Arc<Hosts>) -> Vec<Arc<dyn Action>> {
    vec![publish::action(hosts), review::action(hosts)]
}

/// The Gerrit that `repoUrl` names.
fn gerrit<'a>(
    hosts: &'a Hosts,
    context: &ActionContext,
) -> Result<(&'a Integration, Arc<GerritConfig>, RepoUrl), ActionError> {
    let (integration, at) = hosts.repository(context.text("repoUrl").unwrap_or_default())?;
    match integration {
        Integration::Gerrit(config) => Ok((integration, config.clone(), at)),
        other => {
            Err(ActionError::Input(format!("{} is a {} host, not a Gerrit one", at.host, other.host_type())))
        }
    }
}

/// A project's name as a path of a URL.
fn project_path(name: &str) -> Result<String, ActionError> {
    path(&name.split('/').collect::<Vec<_>>())
}

/// The Change-Id of this step, the same in each of its runs.
async fn change_id(context: &ActionContext) -> Result<String, ActionError> {
    let id = remembered(context, "change id", || json!(super::gitea::change_id())).await?;
    Ok(Value::as_str(&id).unwrap_or_default().to_owned())
}
