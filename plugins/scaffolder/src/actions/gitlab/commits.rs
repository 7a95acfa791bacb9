//! Commits through the API: each file of the workspace is created, updated or deleted.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_scm::git::{Kind, Mode, ObjectId};
use callboard_scm::{climbs, encode_query};
use serde_json::{Value, json};

use super::client::Gitlab;
use crate::action::{ActionContext, ActionError};
use crate::actions::hosts::SourceFile;

/// Pages of a listing, of 100 entries each.
const MAX_PAGES: u32 = 500;

/// What happens to files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileAction {
    /// One of these for all of them.
    Fixed(&'static str),
    /// By what the branch has.
    Auto,
}

impl FileAction {
    /// `commitAction` of the input.
    pub(super) fn of(text: Option<&str>, missing: Self) -> Self {
        match text {
            Some("create") => Self::Fixed("create"),
            Some("update") => Self::Fixed("update"),
            Some("delete") => Self::Fixed("delete"),
            Some("auto") => Self::Auto,
            _ => missing,
        }
    }
}

/// The `actions` of a commit; files that the branch has exactly so are left out.
pub(super) async fn actions(
    gitlab: &Gitlab<'_>,
    context: &ActionContext,
    files: Vec<SourceFile>,
    branch: &str,
    action: FileAction,
) -> Result<Vec<Value>, ActionError> {
    let target = context.text("targetPath").unwrap_or_default().trim_matches('/').to_owned();
    if climbs(&target) {
        return Err(ActionError::Input(format!("targetPath \"{target}\" leads out of the repository")));
    }
    let there = match action {
        FileAction::Auto => blobs(gitlab, context, branch, &target).await?,
        FileAction::Fixed(_) => HashMap::new(),
    };
    let mut actions = Vec::new();
    for file in files {
        if file.mode == Mode::Link {
            context.log.warn(format!("The link {} is left out: GitLab's API makes no links", file.path));
            continue;
        }
        let path = match target.as_str() {
            "" | "." => file.path.clone(),
            target => format!("{target}/{}", file.path),
        };
        let content = file.read()?;
        let name = match (action, there.get(&path)) {
            (FileAction::Fixed(name), _) => name,
            (FileAction::Auto, None) => "create",
            (FileAction::Auto, Some(id)) if *id == ObjectId::of(Kind::Blob, &content).to_string() => continue,
            (FileAction::Auto, Some(_)) => "update",
        };
        actions.push(json!({
            "action": name,
            "file_path": path,
            "encoding": "base64",
            "content": STANDARD.encode(content),
            "execute_filemode": file.mode == Mode::Executable,
        }));
    }
    Ok(actions)
}

/// The files of a branch below a directory, with the ids of their content. A branch or directory that isn't there has
/// none.
async fn blobs(
    gitlab: &Gitlab<'_>,
    context: &ActionContext,
    branch: &str,
    below: &str,
) -> Result<HashMap<String, String>, ActionError> {
    let mut found = HashMap::new();
    for page in 1..=MAX_PAGES {
        let url = format!(
            "{}?ref={}&recursive=true&per_page=100&page={page}&path={}",
            gitlab.project(&["repository", "tree"])?,
            encode_query(branch),
            encode_query(below)
        );
        let listed = match gitlab.api.get(&url).await {
            Ok(listed) => listed,
            Err(error) if error.status == 404 => break,
            Err(error) => {
                context.log.warn(format!(
                    "Could not retrieve the list of files for {} (branch: {branch}) : {}",
                    gitlab.project_id()?,
                    error.text
                ));
                break;
            }
        };
        let entries = listed.as_array().map(Vec::as_slice).unwrap_or_default();
        for entry in entries {
            let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            if text("type") == "blob" {
                found.insert(text("path"), text("id"));
            }
        }
        if entries.len() < 100 {
            break;
        }
    }
    Ok(found)
}
