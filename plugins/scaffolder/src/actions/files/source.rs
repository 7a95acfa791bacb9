//! Where files come from: a source host, or the directory that the template lies in.

use std::path::PathBuf;
use std::sync::Arc;

use callboard_kit::url_reader::{ReadError, ReadOptions, UrlReader};
use callboard_scm::Integrations;
use secrecy::SecretString;
use url::Url;

use super::blocking;
use super::entry::{Entry, EntryKind, check_size};
use super::place::Place;
use crate::action::{ActionContext, ActionError, Workspace};

/// Reads what `fetch:*` names.
#[derive(Clone)]
pub(super) struct Sources {
    pub(super) urls: Arc<dyn UrlReader>,
    pub(super) integrations: Arc<Integrations>,
    /// `scaffolder.requireScmUserCredentials`
    pub(super) needs_token: bool,
}

enum Source {
    Url(String),
    /// A directory, and a path below it.
    Local(PathBuf, String),
}

fn unread(url: &str, error: ReadError) -> ActionError {
    match error {
        ReadError::NotFound(message) => ActionError::NotFound(message),
        ReadError::NotAllowed(message) => ActionError::NotAllowed(message),
        other => ActionError::Failed(format!("{url} could not be read: {other}")),
    }
}

impl Sources {
    /// Resolves the input `url`: absolute ones as they are, others against where the template lies.
    fn find(&self, context: &ActionContext) -> Result<Source, ActionError> {
        let url = context.text("url").unwrap_or_default();
        if Url::parse(url).is_ok() {
            return Ok(Source::Url(url.to_owned()));
        }
        if let Some(base) = &context.template.local_base {
            return Ok(Source::Local(base.clone(), url.to_owned()));
        }
        let Some(base) = context.template.base_url.as_deref() else {
            return Err(ActionError::Input(format!(
                "Failed to fetch, template location could not be determined and the fetch URL is relative, {url}"
            )));
        };
        if let Ok(file) = Url::parse(base)
            && file.scheme() == "file"
        {
            let unusable = || ActionError::Input(format!("{base} is not the path of a file"));
            let path = file.to_file_path().map_err(|()| unusable())?;
            let directory = if base.ends_with('/') { Some(path.as_path()) } else { path.parent() };
            return Ok(Source::Local(directory.ok_or_else(unusable)?.to_owned(), url.to_owned()));
        }
        if self.integrations.by_url(base).is_none() {
            return Err(ActionError::Input(format!("No integration found for location {base}")));
        }
        let resolved = self.integrations.resolve_url(url, base, None);
        resolved.map(Source::Url).map_err(|error| ActionError::Input(error.to_string()))
    }

    /// Who reads a URL: with the token of the step, if it has one.
    fn reader(&self, context: &ActionContext, url: &str) -> Result<Arc<dyn UrlReader>, ActionError> {
        if let Some(token) = context.text("token").filter(|token| !token.is_empty()) {
            return self.urls.with_token(url, &SecretString::from(token)).map_err(|error| unread(url, error));
        }
        let host = self.integrations.by_url(url);
        if self.needs_token && host.is_some_and(|host| matches!(host.host_type(), "github" | "gitlab")) {
            return Err(ActionError::Input(format!(
                "scaffolder.requireScmUserCredentials is on, so this step needs the input token for {url}; ask for it with \
                 requestUserCredentials of the RepoUrlPicker and pass ${{{{ secrets.<name> }}}}"
            )));
        }
        Ok(self.urls.clone())
    }

    /// All that is below the URL; `.git` never is.
    pub(super) async fn tree(&self, context: &ActionContext) -> Result<Vec<Entry>, ActionError> {
        let mut entries = match self.find(context)? {
            Source::Url(url) => {
                let options = ReadOptions::default();
                let reader = self.reader(context, &url)?;
                let read = reader.read_tree(&url, &options);
                let tree = tokio::select! {
                    tree = read => tree.map_err(|error| unread(&url, error))?,
                    () = context.cancelled.cancelled() => return Err(stopped()),
                };
                let bytes = tree.files.iter().map(|file| file.body.len() as u64).sum();
                check_size(tree.files.len(), bytes)?;
                let file = |file: callboard_kit::url_reader::ReadFile| Entry {
                    path: file.path,
                    kind: EntryKind::File { body: file.body, executable: file.executable },
                };
                tree.files.into_iter().map(file).collect()
            }
            Source::Local(directory, path) => blocking(move || local(&directory)?.tree(&path)).await?,
        };
        entries.retain(|entry| entry.path != ".git" && !entry.path.starts_with(".git/"));
        Ok(entries)
    }

    /// The one file that the URL names.
    pub(super) async fn file(&self, context: &ActionContext) -> Result<EntryKind, ActionError> {
        match self.find(context)? {
            Source::Url(url) => {
                let options = ReadOptions::default();
                let reader = self.reader(context, &url)?;
                let read = reader.read_url(&url, &options);
                let document = tokio::select! {
                    document = read => document.map_err(|error| unread(&url, error))?,
                    () = context.cancelled.cancelled() => return Err(stopped()),
                };
                Ok(EntryKind::File { body: document.body, executable: false })
            }
            Source::Local(directory, path) => blocking(move || local(&directory)?.read(&path)).await,
        }
    }
}

fn stopped() -> ActionError {
    ActionError::Cancelled("the fetch was ended".to_owned())
}

fn local(directory: &std::path::Path) -> Result<Place, ActionError> {
    let workspace = Workspace::open(directory).map_err(|error| ActionError::NotFound(error.to_string()))?;
    Ok(Place::new(&workspace))
}
