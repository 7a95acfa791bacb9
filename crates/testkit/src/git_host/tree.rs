//! Trees, commits and files of a repository, as both APIs need them.

use anyhow::{Context, Result};
use serde_json::Value;

use super::repositories::Repositories;

/// A tree on top of another: entries `{path, mode, sha}` or `{path, mode, content}`; `sha: null` takes a file away.
pub(super) async fn tree(
    repositories: &Repositories,
    owner: &str,
    name: &str,
    base: Option<&str>,
    entries: &[Value],
) -> Result<String> {
    let git = async |arguments: &[&str], input: &[u8]| repositories.git(owner, name, arguments, input).await;
    match base {
        Some(base) => git(&["read-tree", base], b"").await?,
        None => git(&["read-tree", "--empty"], b"").await?,
    };
    for entry in entries {
        let path = entry["path"].as_str().context("a path")?;
        if entry.get("sha").is_some_and(Value::is_null) {
            let gone = format!("0 {}\t{path}\n", "0".repeat(40));
            git(&["update-index", "--index-info"], gone.as_bytes()).await?;
            continue;
        }
        let sha = match entry["content"].as_str() {
            Some(content) => git(&["hash-object", "-w", "--stdin"], content.as_bytes()).await?,
            None => entry["sha"].as_str().context("a sha or a content")?.to_owned(),
        };
        let info = format!("{},{sha},{path}", entry["mode"].as_str().unwrap_or("100644"));
        git(&["update-index", "--add", "--cacheinfo", &info], b"").await?;
    }
    git(&["write-tree"], b"").await
}

/// Puts a file on a branch.
pub(super) async fn commit_file(
    repositories: &Repositories,
    owner: &str,
    name: &str,
    branch: &str,
    path: &str,
    text: &str,
) -> Result<String> {
    let reference = format!("refs/heads/{branch}");
    let parent =
        repositories.git(owner, name, &["rev-parse", "--verify", "--quiet", &reference], b"").await.ok();
    let entry = serde_json::json!({"path": path, "content": text});
    let tree = tree(repositories, owner, name, parent.as_deref(), &[entry]).await?;
    let mut arguments = vec!["commit-tree", tree.as_str(), "-m", "a file"];
    if let Some(parent) = &parent {
        arguments.extend(["-p", parent]);
    }
    let commit = repositories.git(owner, name, &arguments, b"").await?;
    repositories.git(owner, name, &["update-ref", &reference, &commit], b"").await?;
    Ok(commit)
}
