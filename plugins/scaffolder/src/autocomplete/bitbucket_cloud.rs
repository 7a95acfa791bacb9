//! Bitbucket Cloud: `workspaces`, `projects`, `repositories`, `branches`.

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_scm::{Integration, encode_query};
use serde_json::{Map, Value};

use super::{Asked, AutocompleteProvider, Hosts, MOST, entry, member, needed, path, unknown};

pub(super) struct BitbucketCloud(pub(super) Hosts);

#[async_trait]
impl AutocompleteProvider for BitbucketCloud {
    fn id(&self) -> &'static str {
        "bitbucket-cloud"
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
    let integration = hosts.integration(&Map::new(), "bitbucket.org")?;
    let Integration::BitbucketCloud(config) = integration else {
        return Err(ApiError::input(format!("{} is not Bitbucket Cloud", integration.host())));
    };
    let asked = Asked::new(hosts, integration, &config.api_base_url, token);
    let (below, name) = match resource {
        "workspaces" => ("/workspaces".to_owned(), "/slug"),
        "projects" => (path(&["workspaces", needed(context, "workspace")?, "projects"])?, "/key"),
        "repositories" => {
            let project = needed(context, "project")?;
            // The key stands in a query language of its own.
            if project.contains(['"', '\\']) {
                return Err(ApiError::input("the project's key can't have a quote".to_owned()));
            }
            let query = encode_query(&format!("project.key=\"{project}\""));
            (format!("{}?q={query}", path(&["repositories", needed(context, "workspace")?])?), "/slug")
        }
        "branches" => {
            let (workspace, repository) = (needed(context, "workspace")?, needed(context, "repository")?);
            (path(&["repositories", workspace, repository, "refs", "branches"])?, "/name")
        }
        _ => return Err(unknown(resource)),
    };
    let sign = if below.contains('?') { '&' } else { '?' };
    let mut found = Vec::new();
    for page in 1.. {
        let answer = asked.get(&format!("{below}{sign}pagelen=100&page={page}")).await?;
        let entries = answer.get("values").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let names = entries.iter().filter_map(|found| member(found, name));
        found.extend(names.map(|name| entry(name, Some(name))));
        if entries.is_empty() || answer.get("next").is_none() || found.len() >= MOST {
            break;
        }
    }
    Ok(found)
}
