//! A commit on top of a branch: files of the workspace laid over what is there.

use callboard_scm::git::{Commit, Pack, RefName, Remote, Tree, Update};

use super::files::{SourceFile, collect};
use super::publish::{add_files, blocking};
use super::{Hosts, once};
use crate::action::{ActionContext, ActionError};

/// What is committed, and where it goes.
#[derive(Debug)]
pub(crate) struct OnTop<'a> {
    /// The branch whose newest commit it follows.
    pub(crate) base: &'a str,
    /// Where it is pushed.
    pub(crate) to: RefName,
    pub(crate) source_path: Option<&'a str>,
    pub(crate) message: String,
    pub(crate) author_name: Option<&'a str>,
    pub(crate) author_email: Option<&'a str>,
}

/// Commits and pushes; the commit's id. If the branch has exactly these files already there is nothing to propose, which
/// is an error.
pub(crate) async fn commit_on_top(
    hosts: &Hosts,
    context: &ActionContext,
    remote: &Remote,
    on_top: OnTop<'_>,
) -> Result<String, ActionError> {
    let files: Vec<SourceFile> = collect(context, on_top.source_path).await?;
    let base = RefName::branch(on_top.base)?;
    let refs = remote.refs().await?;
    let parent = *refs
        .by_name
        .get(base.as_str())
        .ok_or_else(|| ActionError::NotFound(format!("{} has no branch {}", remote.url(), on_top.base)))?;
    let known = remote.fetch(&refs, parent).await?;
    let author = hosts.author(on_top.author_name, on_top.author_email, once::first_second(context).await?);
    let message = on_top.message;
    let made = blocking(move || {
        let mut pack = Pack::new();
        let before = known.tree_of(&parent);
        let mut tree = match &before {
            Some(id) => Tree::read(&known, id)?,
            None => Tree::new(),
        };
        add_files(&files, &mut pack, &mut tree, &known)?;
        let tree = tree.write(&mut pack)?;
        if before == Some(tree) {
            return Ok(None);
        }
        let commit = Commit { tree, parents: vec![parent], author, message }.write(&mut pack)?;
        Ok(Some((commit, pack)))
    })
    .await?;
    let Some((commit, pack)) = made else {
        return Err(ActionError::Input(format!(
            "nothing changes: {} of {} has exactly these files already",
            on_top.base,
            remote.url()
        )));
    };
    let refs = remote.refs_to_write().await?;
    let from = refs.by_name.get(on_top.to.as_str()).copied();
    match from {
        Some(there) if there == commit => return Ok(commit.to_string()),
        Some(there) if there != parent => {
            return Err(ActionError::Conflict(format!(
                "{} has been pushed to {} meanwhile; run the task again",
                on_top.to,
                remote.url()
            )));
        }
        _ => {}
    }
    remote.push(&refs, &Update { name: on_top.to, from, to: commit }, pack).await?;
    Ok(commit.to_string())
}
