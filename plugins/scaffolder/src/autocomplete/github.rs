//! GitHub: `owners`, `repositoriesWithOwner`, `branches`.

use async_trait::async_trait;
use callboard_kit::error::ApiError;
use callboard_scm::Integration;
use serde_json::{Map, Value};

use super::{Asked, AutocompleteProvider, Hosts, entry, member, needed, path, unknown};

pub(super) struct Github(pub(super) Hosts);

#[async_trait]
impl AutocompleteProvider for Github {
    fn id(&self) -> &'static str {
        "github"
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
    let integration = hosts.integration(context, "github.com")?;
    let Integration::Github(config) = integration else {
        return Err(ApiError::input(format!("{} is no GitHub host", integration.host())));
    };
    let base = config.api_base_url.as_deref().unwrap_or_default();
    let asked = Asked::new(hosts, integration, base, token);
    let plain = |id: &str| entry(id, None);
    match resource {
        "owners" => {
            let mut found: Vec<Value> = asked
                .pages("/user/orgs")
                .await?
                .iter()
                .filter_map(|organization| member(organization, "/login").map(plain))
                .collect();
            found.extend(member(&asked.get("/user").await?, "/login").map(plain));
            Ok(found)
        }
        "repositoriesWithOwner" => {
            let all = asked.pages("/user/repos").await?;
            Ok(all.iter().filter_map(|repository| member(repository, "/full_name").map(plain)).collect())
        }
        "branches" => {
            let below =
                path(&["repos", needed(context, "owner")?, needed(context, "repository")?, "branches"])?;
            let all = asked.pages(&below).await?;
            Ok(all.iter().filter_map(|branch| member(branch, "/name").map(plain)).collect())
        }
        _ => Err(unknown(resource)),
    }
}
