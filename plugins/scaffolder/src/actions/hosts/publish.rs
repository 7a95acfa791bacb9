//! The first push to a new repository.

use callboard_scm::Integration;
use callboard_scm::git::{Commit, Kind, ObjectId, Objects, Pack, RefName, Remote, Signature, Tree, Update};
use secrecy::SecretString;
use url::Url;

use super::files::{SourceFile, collect};
use super::{Hosts, once};
use crate::action::{ActionContext, ActionError};

/// What is pushed, and where.
#[derive(Debug)]
pub(crate) struct First<'a> {
    pub(crate) integration: &'a Integration,
    /// The clone URL, of which the host has to be the integration's.
    pub(crate) remote_url: &'a str,
    /// The `Authorization` of git.
    pub(crate) authorization: SecretString,
    pub(crate) branch: &'a str,
    pub(crate) source_path: Option<&'a str>,
    pub(crate) message: String,
    pub(crate) author_name: Option<&'a str>,
    pub(crate) author_email: Option<&'a str>,
}

impl Hosts {
    /// A repository of this host; a URL elsewhere gets no credential.
    pub(crate) fn remote(
        &self,
        integration: &Integration,
        url: &str,
        authorization: SecretString,
    ) -> Result<Remote, ActionError> {
        // Bitbucket and Azure DevOps put a user into it, which goes into the header instead.
        let plain = Url::parse(url).ok().and_then(|mut url| {
            url.set_username("").ok()?;
            url.set_password(None).ok()?;
            Some(url)
        });
        let Some(plain) = plain.filter(|url| integration.is_at_host(url)) else {
            return Err(ActionError::NotAllowed(format!(
                "{} names a clone URL at another host or without https; its credential is not sent there",
                integration.host()
            )));
        };
        Ok(Remote::new(self.egress.clone(), integration.policy(), plain.as_str(), Some(authorization))?)
    }
}

/// Refuses what can't be pushed before a repository is created for it.
pub(crate) fn check_first(
    context: &ActionContext,
    branch: &str,
    source_path: Option<&str>,
) -> Result<(), ActionError> {
    RefName::branch(branch)?;
    match context.workspace.join(source_path.unwrap_or("."))?.is_dir() {
        true => Ok(()),
        false => Err(ActionError::Input(format!(
            "the workspace has no directory \"{}\"",
            source_path.unwrap_or(".")
        ))),
    }
}

/// Commits the files of the workspace and pushes them as the first commit of a branch; the commit's id. Running it
/// again after it was cut off makes the same commit, and is done if that was pushed.
pub(crate) async fn publish_first(
    hosts: &Hosts,
    context: &ActionContext,
    first: First<'_>,
) -> Result<String, ActionError> {
    let branch = RefName::branch(first.branch)?;
    let remote = hosts.remote(first.integration, first.remote_url, first.authorization)?;
    let files = collect(context, first.source_path).await?;
    if files.is_empty() {
        context.log.warn("There are no files to push: the first commit is empty");
    }
    let author = hosts.author(first.author_name, first.author_email, once::first_second(context).await?);
    let (commit, pack) = first_commit(files, author, first.message).await?;
    let refs = remote.refs_to_write().await?;
    match refs.by_name.get(branch.as_str()) {
        Some(there) if *there == commit => {
            context.log.info(format!("{} is at this commit already", first.branch));
            return Ok(commit.to_string());
        }
        Some(_) => {
            return Err(ActionError::Conflict(format!(
                "{} has a branch {} with commits of its own; a first push does not overwrite them",
                remote.url(),
                first.branch
            )));
        }
        None => {}
    }
    let said = remote.push(&refs, &Update { name: branch, from: None, to: commit }, pack).await?;
    for line in said.lines().map(str::trim).filter(|line| !line.is_empty()).take(20) {
        context.log.info(format!("remote: {line}"));
    }
    context.log.info(format!("Pushed {} to {}", first.branch, remote.url()));
    Ok(commit.to_string())
}

async fn first_commit(
    files: Vec<SourceFile>,
    author: Signature,
    message: String,
) -> Result<(ObjectId, Pack), ActionError> {
    blocking(move || {
        let (mut pack, mut tree, nothing) = (Pack::new(), Tree::new(), Objects::default());
        add_files(&files, &mut pack, &mut tree, &nothing)?;
        let tree = tree.write(&mut pack)?;
        let commit = Commit { tree, parents: Vec::new(), author, message }.write(&mut pack)?;
        Ok((commit, pack))
    })
    .await
}

/// Puts files into a pack and a tree, one at a time.
pub(super) fn add_files(
    files: &[SourceFile],
    pack: &mut Pack,
    tree: &mut Tree,
    known: &Objects,
) -> Result<(), ActionError> {
    for file in files {
        let blob = pack.add(Kind::Blob, &file.read()?)?;
        tree.insert(&file.path, file.mode, blob, known)?;
    }
    Ok(())
}

/// Runs what reads and compresses files where it keeps nobody waiting.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ActionError> + Send + 'static,
) -> Result<T, ActionError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ActionError::Failed(format!("the files could not be packed: {error}")))?
}
