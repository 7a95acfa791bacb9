//! What a URL says about the repository behind it.

use callboard_scm::Integrations;
use url::Url;

/// The prefix of the `project-slug` annotation for a type of source host.
pub(super) fn annotation_prefix(host_type: &str) -> Option<&'static str> {
    match host_type {
        "github" => Some("github.com"),
        "gitlab" => Some("gitlab.com"),
        "bitbucketCloud" => Some("bitbucket.org"),
        "azure" => Some("dev.azure.com"),
        _ => None,
    }
}

/// The URL of a catalog file at the root of the repository, at the branch that the URL names, else at the default
/// branch, for hosts whose URLs can say that.
pub(super) fn catalog_file(integrations: &Integrations, target: &str, filename: &str) -> Option<String> {
    // The name comes from the caller: nothing in it may turn the URL into another one, or into a search.
    if filename.contains("..") || filename.contains(['*', '?', '#', '%', '\\', '[', '{', '&']) {
        return None;
    }
    let repository = integrations.repository(target)?;
    let root = format!("https://{}/{}/{}", repository.host, repository.owner, repository.name);
    let file = filename.trim_start_matches('/');
    let located = integrations.by_url(target)?.locate(target).ok()?;
    let branch = located.git_ref.as_deref().unwrap_or("HEAD");
    match repository.host_type {
        "github" => Some(format!("{root}/blob/{branch}/{file}")),
        "gitlab" => Some(format!("{root}/-/blob/{branch}/{file}")),
        "bitbucketCloud" => Some(format!("{root}/src/{branch}/{file}")),
        "azure" => {
            let organization = repository.organization?;
            let version = located.git_ref.map(|branch| format!("&version=GB{branch}")).unwrap_or_default();
            Some(format!(
                "https://{}/{organization}/{}/_git/{}?path=/{file}{version}",
                repository.host, repository.owner, repository.name
            ))
        }
        _ => None,
    }
}

/// Owner and name of a repository at an unknown host: what stands before the first step that hosts put between
/// repository and file, else the whole path.
pub(super) fn owner_and_name(url: &Url) -> (String, String) {
    const BETWEEN: [&str; 8] = ["-", "blob", "tree", "commit", "issues", "src", "raw", "edit"];
    let steps: Vec<&str> = url.path().split('/').filter(|step| !step.is_empty()).collect();
    let end = steps.iter().skip(2).position(|step| BETWEEN.contains(step)).map_or(steps.len(), |at| at + 2);
    match steps[..end].split_last() {
        Some((name, owner)) => (owner.join("/"), name.strip_suffix(".git").unwrap_or(name).to_owned()),
        None => (String::new(), url.host_str().unwrap_or_default().to_owned()),
    }
}
