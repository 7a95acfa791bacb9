//! The commit of a pull request, made through the API, so that GitHub signs it and it is the token's own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_scm::git::Mode;
use serde_json::{Value, json};

use super::client::Github;
use crate::action::{ActionContext, ActionError};
use crate::actions::hosts::{SourceFile, path};

/// Bytes of text in one call; more files go into a tree on top of the tree.
const MAX_INLINE: usize = 4 * 1024 * 1024;

/// Where the commit goes: `repository` is `/repos/<owner>/<repo>` of the repository or of its fork.
pub(super) struct Commit<'a> {
    pub(super) repository: &'a str,
    pub(super) base_commit: &'a str,
    pub(super) base_tree: &'a str,
    pub(super) message: &'a str,
    pub(super) author: Option<Value>,
}

/// Puts files below `target_path`, takes others away and commits; `None` if that changes nothing.
pub(super) async fn commit(
    github: &Github<'_>,
    context: &ActionContext,
    files: Vec<SourceFile>,
    commit: &Commit<'_>,
) -> Result<Option<String>, ActionError> {
    let target = context.text("targetPath").unwrap_or_default();
    let mut tree = commit.base_tree.to_owned();
    let mut entries = Vec::new();
    for deleted in context.texts("filesToDelete") {
        entries.push(json!({"path": below(target, deleted)?, "mode": "100644", "type": "blob", "sha": null}));
    }
    let mut inline = 0;
    for file in files {
        let content = file.read()?;
        let mut entry =
            json!({"path": below(target, &file.path)?, "mode": file.mode.as_str(), "type": "blob"});
        match String::from_utf8(content) {
            Ok(text) if file.mode != Mode::Link || !text.is_empty() => {
                inline += text.len();
                entry["content"] = text.into();
            }
            Ok(_) => continue,
            Err(binary) => {
                let body = json!({"content": STANDARD.encode(binary.as_bytes()), "encoding": "base64"});
                let blob = github.api.post(&format!("{}/git/blobs", commit.repository), &body).await?;
                entry["sha"] = blob.get("sha").cloned().unwrap_or_default();
            }
        }
        entries.push(entry);
        if inline > MAX_INLINE {
            tree = write(github, commit, &tree, std::mem::take(&mut entries)).await?;
            inline = 0;
        }
    }
    if !entries.is_empty() {
        tree = write(github, commit, &tree, entries).await?;
    }
    if tree == commit.base_tree {
        return Ok(None);
    }
    let mut body = json!({"message": commit.message, "tree": tree, "parents": [commit.base_commit]});
    if let Some(author) = &commit.author {
        body["author"] = author.clone();
    }
    let made = github.api.post(&format!("{}/git/commits", commit.repository), &body).await?;
    Ok(Some(sha(&made)?))
}

async fn write(
    github: &Github<'_>,
    commit: &Commit<'_>,
    base: &str,
    entries: Vec<Value>,
) -> Result<String, ActionError> {
    let body = json!({"base_tree": base, "tree": entries});
    sha(&github.api.post(&format!("{}/git/trees", commit.repository), &body).await?)
}

fn sha(answer: &Value) -> Result<String, ActionError> {
    let sha = answer.get("sha").and_then(Value::as_str);
    sha.map(str::to_owned)
        .ok_or_else(|| ActionError::Failed("GitHub answered without the id of what it made".to_owned()))
}

/// A path of the repository, below the target.
fn below(target: &str, file: &str) -> Result<String, ActionError> {
    let parts: Vec<&str> =
        target.split('/').chain(file.split('/')).filter(|part| !part.is_empty() && *part != ".").collect();
    // The API path is not used: it only refuses what leads elsewhere.
    path(&parts)?;
    let is_git = |part: &&str| part.eq_ignore_ascii_case(".git");
    if parts.is_empty() || parts.iter().any(is_git) {
        return Err(ActionError::Input(format!("\"{target}/{file}\" can't stand in a repository")));
    }
    Ok(parts.join("/"))
}
