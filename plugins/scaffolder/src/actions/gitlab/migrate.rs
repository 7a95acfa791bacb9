//! `gitlab:group:migrate`: imports a project of another GitLab.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::action::schema::{number, object, string};
use crate::action::{Action, ActionContext, ActionError};
use crate::actions::hosts::once::create_once;
use crate::actions::hosts::{HostError, Hosts, host_action, spec};
use callboard_scm::Integration;

pub(super) fn action(hosts: &Arc<Hosts>) -> Arc<dyn Action> {
    let members = [
        ("destinationAccessToken", string("The token for the GitLab that imports")),
        ("destinationUrl", string("`gitlab.com?repo=project_name&owner=group_name`, where it goes")),
        ("sourceAccessToken", string("The token for the GitLab that it comes from")),
        ("sourceFullPath", string("The full path of the project there")),
        ("sourceUrl", string("The GitLab that it comes from: https://gitlab.com/")),
    ];
    let output = object(
        &["importedRepoUrl", "migrationId"],
        [
            ("importedRepoUrl", string("URL to the newly imported repo")),
            ("migrationId", number("Id of the migration that imports the project")),
        ],
    );
    let required =
        ["destinationAccessToken", "destinationUrl", "sourceAccessToken", "sourceFullPath", "sourceUrl"];
    let described = spec(
        "gitlab:group:migrate",
        "Imports a project of one GitLab into another by direct transfer.",
        object(&required, members),
        Some(output),
    );
    host_action(hosts, described, |hosts, context| Box::pin(run(hosts, context)))
}

async fn run(hosts: &Hosts, context: &mut ActionContext) -> Result<(), ActionError> {
    let text = |name: &str| context.text(name).unwrap_or_default().to_owned();
    let (integration, at) = hosts.repository(&text("destinationUrl"))?;
    let Integration::Gitlab(config) = integration else {
        return Err(ActionError::Input(format!("{} is no GitLab host", at.host)));
    };
    let owner = at.owner()?.to_owned();
    // The token is that of the input; nothing of the integration is used for it.
    let authorization = secrecy::SecretString::from(format!("Bearer {}", text("destinationAccessToken")));
    let credential = crate::actions::hosts::Credential { api: authorization.clone(), git: authorization };
    let api = hosts.api(integration, "GitLab", &config.api_base_url, &credential);
    let (full_path, source) = (text("sourceFullPath"), text("sourceUrl"));
    let body = json!({
        "configuration": {"url": source, "access_token": text("sourceAccessToken")},
        "entities": [{
            "source_type": "project_entity",
            "source_full_path": full_path,
            "destination_slug": at.repo,
            "destination_namespace": owner,
        }],
    });
    let id = create_once(
        context,
        "migration",
        async { api.post("/bulk_imports", &body).await.map(|made| made.get("id").cloned().unwrap_or_default()) },
        async { Err(HostError { status: 404, said: String::new(), text: String::new() }) },
    )
    .await
    .map_err(|error| {
        ActionError::Input(format!(
            "Failed to transfer repo {full_path}. Make sure that {full_path} exists in {source}, and token has enough \
             rights.\nError: {error}"
        ))
    })?;
    context.output("importedRepoUrl", format!("{}/{owner}/{}", at.host, at.repo));
    context.output("migrationId", Value::clone(&id));
    Ok(())
}
