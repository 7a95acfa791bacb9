//! GitLab: `groups`, with the user among them, and `repositories`.

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_scm::Integration;
use serde_json::{Map, Value};

use super::{Asked, AutocompleteProvider, Hosts, entry, member, path, text, unknown};

pub(super) struct Gitlab(pub(super) Hosts);

#[async_trait]
impl AutocompleteProvider for Gitlab {
    fn id(&self) -> &'static str {
        "gitlab"
    }

    async fn complete(
        &self,
        resource: &str,
        token: &str,
        context: &Map<String, Value>,
    ) -> Result<Vec<Value>, ApiError> {
        complete(&self.0, resource, token, context).await
    }
}

async fn complete(
    hosts: &Hosts,
    resource: &str,
    token: &str,
    context: &Map<String, Value>,
) -> Result<Vec<Value>, ApiError> {
    let integration = hosts.integration(context, "gitlab.com")?;
    let Integration::Gitlab(config) = integration else {
        return Err(ApiError::input(format!("{} is no GitLab host", integration.host())));
    };
    let asked = Asked::new(hosts, integration, &config.api_base_url, token);
    match resource {
        "groups" => {
            let groups = asked.pages("/groups").await?;
            let user = asked.get("/user").await?;
            let of = |found: &Value, title: &str| {
                Some(entry(&found.get("id")?.to_string(), Some(member(found, title)?)))
            };
            Ok(groups
                .iter()
                .filter_map(|group| of(group, "/full_path"))
                .chain(of(&user, "/username"))
                .collect())
        }
        "repositories" => {
            let id = text(context, "id")
                .ok_or_else(|| ApiError::input("Missing groupId and userId context parameter".to_owned()))?;
            let user = asked.get("/user").await?;
            let own = user.get("id").map(Value::to_string);
            let is_user = own.as_deref() == Some(id);
            let below = path(&[if is_user { "users" } else { "groups" }, id, "projects"])?;
            let projects = asked.pages(&below).await?;
            Ok(projects
                .iter()
                .filter_map(|project| {
                    let name = member(project, "/name")?.trim();
                    Some(entry(&project.get("id")?.to_string(), Some(name)))
                })
                .collect())
        }
        _ => Err(unknown(resource)),
    }
}
