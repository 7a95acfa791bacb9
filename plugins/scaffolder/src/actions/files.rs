//! Actions on files: what is fetched, rendered, moved and deleted in the workspace of a task.

mod entry;
mod fetch_plain;
mod fetch_template;
mod fs_delete;
mod fs_readdir;
mod fs_rename;
mod globs;
mod place;
mod render;
mod source;
#[cfg(test)]
mod tests;
mod workspace_template;

use std::sync::Arc;

use callboard_config::{Config, ConfigError};
use callboard_kit::url_reader::UrlReader;
use callboard_scm::Integrations;
use callboard_template::backstage::{BackstageHost, Integration};

use crate::action::{Action, ActionError};
use source::Sources;

/// All actions on files.
///
/// # Errors
/// `scaffolder.requireScmUserCredentials` is not a boolean.
pub(crate) fn all(
    urls: &Arc<dyn UrlReader>,
    integrations: &Arc<Integrations>,
    config: &Config,
) -> Result<Vec<Arc<dyn Action>>, ConfigError> {
    let sources = Sources {
        urls: urls.clone(),
        integrations: integrations.clone(),
        needs_token: config.opt_bool("scaffolder.requireScmUserCredentials")?.unwrap_or(false),
    };
    let known = integrations
        .list()
        .iter()
        .map(|one| Integration { host: one.host().to_owned(), kind: one.host_type().to_owned() });
    let filters = Arc::new(BackstageHost::new(known.collect()));
    Ok(vec![
        Arc::new(fetch_plain::FetchPlain::new(sources.clone())),
        Arc::new(fetch_plain::FetchPlainFile::new(sources.clone())),
        Arc::new(fetch_template::FetchTemplate::new(sources.clone(), filters.clone())),
        Arc::new(fetch_template::FetchTemplateFile::new(sources, filters.clone())),
        Arc::new(workspace_template::WorkspaceTemplate::new(filters.clone())),
        Arc::new(workspace_template::WorkspaceTemplateFile::new(filters)),
        Arc::new(fs_delete::FsDelete::new()),
        Arc::new(fs_readdir::FsReaddir::new()),
        Arc::new(fs_rename::FsRename::new()),
    ])
}

/// Runs what reads and writes files where it holds up nobody else.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ActionError> + Send + 'static,
) -> Result<T, ActionError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(ActionError::Failed(format!("the work on files broke: {error}"))),
    }
}
