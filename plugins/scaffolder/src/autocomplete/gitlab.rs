//! GitLab: `groups`, with the user among them, and `repositories`.

use callboard_scm::Integration;
use serde_json::{Map, Value};

use super::{Asked, AutocompleteError, Completion, HostAutocomplete, member, path, text, unknown};

pub(super) async fn complete(
    hosts: &HostAutocomplete,
    resource: &str,
    token: &str,
    context: &Map<String, Value>,
) -> Result<Vec<Completion>, AutocompleteError> {
    let integration = hosts.integration(context, "gitlab.com")?;
    let Integration::Gitlab(config) = integration else {
        return Err(AutocompleteError::Input(format!("{} is no GitLab host", integration.host())));
    };
    let asked = Asked::new(hosts, integration, &config.api_base_url, token);
    match resource {
        "groups" => {
            let groups = asked.pages("/groups").await?;
            let user = asked.get("/user").await?;
            let of = |entry: &Value, title: &str| {
                Some(Completion {
                    id: entry.get("id")?.to_string(),
                    title: Some(member(entry, title)?.to_owned()),
                })
            };
            Ok(groups
                .iter()
                .filter_map(|group| of(group, "/full_path"))
                .chain(of(&user, "/username"))
                .collect())
        }
        "repositories" => {
            let id = text(context, "id").ok_or_else(|| {
                AutocompleteError::Input("Missing groupId and userId context parameter".to_owned())
            })?;
            let user = asked.get("/user").await?;
            let is_user = user.get("id").is_some_and(|own| own.to_string() == id);
            let below = path(&[if is_user { "users" } else { "groups" }, id, "projects"])?;
            let projects = asked.pages(&below).await?;
            Ok(projects
                .iter()
                .filter_map(|project| {
                    let name = member(project, "/name")?.trim().to_owned();
                    Some(Completion { id: project.get("id")?.to_string(), title: Some(name) })
                })
                .collect())
        }
        _ => Err(unknown(resource)),
    }
}
