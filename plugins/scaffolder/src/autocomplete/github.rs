//! GitHub: `owners`, `repositoriesWithOwner`, `branches`.

use callboard_scm::Integration;
use serde_json::{Map, Value};

use super::{Asked, AutocompleteError, Completion, HostAutocomplete, member, needed, path, unknown};

pub(super) async fn complete(
    hosts: &HostAutocomplete,
    resource: &str,
    token: &str,
    context: &Map<String, Value>,
) -> Result<Vec<Completion>, AutocompleteError> {
    let integration = hosts.integration(context, "github.com")?;
    let Integration::Github(config) = integration else {
        return Err(AutocompleteError::Input(format!("{} is no GitHub host", integration.host())));
    };
    let base = config.api_base_url.as_deref().unwrap_or_default();
    let asked = Asked::new(hosts, integration, base, token);
    let plain = |id: &str| Completion { id: id.to_owned(), title: None };
    match resource {
        "owners" => {
            let mut found: Vec<Completion> = asked
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
