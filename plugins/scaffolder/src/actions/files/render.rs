//! From a skeleton to what is made of it.

use std::sync::Arc;

use bytes::Bytes;
use callboard_template::backstage::BackstageHost;
use callboard_template::{Context, Mode, Options, Template};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::entry::{Entry, EntryKind};
use super::globs::Globs;
use super::place::Place;
use crate::action::{ActionContext, ActionError};

/// How a skeleton becomes files.
pub(super) struct Rendering {
    filters: Arc<BackstageHost>,
    context: Value,
    options: Options,
    /// Only files with this ending are rendered, and lose it.
    extension: Option<String>,
    /// Files that are copied as they are.
    raw: Globs,
    replace: bool,
    cancelled: CancellationToken,
}

/// What was done, for the log.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Done {
    pub(super) written: usize,
    /// Files that were there already.
    pub(super) kept: usize,
    /// Files whose rendered name says that there is none.
    pub(super) skipped: usize,
}

impl Rendering {
    /// Reads what the inputs of the step say.
    pub(super) fn new(context: &ActionContext, filters: &Arc<BackstageHost>) -> Result<Self, ActionError> {
        let cookiecutter = context.flag("cookiecutterCompat") == Some(true);
        let deprecated = context.texts("copyWithoutRender");
        let raw = context.texts("copyWithoutTemplating");
        if context.input.get("copyWithoutRender").is_some()
            && context.input.get("copyWithoutTemplating").is_some()
        {
            return Err(ActionError::Input(
                "Fetch action input copyWithoutRender and copyWithoutTemplating can not be used at the same time"
                    .to_owned(),
            ));
        }
        let extension = match context.input.get("templateFileExtension") {
            Some(Value::Bool(true)) => Some(".njk".to_owned()),
            Some(Value::String(ending)) if !ending.is_empty() => {
                Some(if ending.starts_with('.') { ending.clone() } else { format!(".{ending}") })
            }
            _ => None,
        };
        if extension.is_some() && (cookiecutter || !raw.is_empty() || !deprecated.is_empty()) {
            return Err(ActionError::Input(
                "templateFileExtension can't be used together with cookiecutterCompat, copyWithoutRender or \
                 copyWithoutTemplating"
                    .to_owned(),
            ));
        }
        let values = context.input.get("values").cloned().unwrap_or_else(|| json!({}));
        let name = if cookiecutter { "cookiecutter" } else { "values" };
        let mode = if cookiecutter { Mode::Cookiecutter } else { Mode::Skeleton };
        Ok(Self {
            filters: filters.clone(),
            context: json!({ name: values }),
            options: Options {
                trim_blocks: context.flag("trimBlocks") == Some(true),
                lstrip_blocks: context.flag("lstripBlocks") == Some(true),
                ..Options::new(mode)
            },
            extension,
            raw: Globs::new(if raw.is_empty() { &deprecated } else { &raw })?,
            replace: context.flag("replace") == Some(true),
            cancelled: context.cancelled.clone(),
        })
    }

    /// Renders a whole skeleton into a directory below the workspace.
    pub(super) fn tree(&self, entries: Vec<Entry>, place: &Place, target: &str) -> Result<Done, ActionError> {
        let mut done = Done::default();
        place.make_directory(target)?;
        for entry in entries {
            if self.cancelled.is_cancelled() {
                return Err(ActionError::Cancelled("the rendering was ended".to_owned()));
            }
            let (name, render) = match &self.extension {
                Some(ending) => match entry.path.strip_suffix(ending.as_str()) {
                    Some(name) if !matches!(entry.kind, EntryKind::Directory) => (name, true),
                    _ => (entry.path.as_str(), false),
                },
                None => (entry.path.as_str(), !self.raw.matches(&entry.path)),
            };
            let name = self.text(name, &entry.path)?;
            // A condition in a name leaves the file or the directory out.
            if name.is_empty() || name.starts_with('/') || name.contains("//") || name.ends_with('/') {
                done.skipped += 1;
                continue;
            }
            let output = format!("{}/{name}", target.trim_end_matches('/'));
            self.entry(&entry, &output, render, place, &mut done)?;
        }
        Ok(done)
    }

    fn entry(
        &self,
        entry: &Entry,
        output: &str,
        render: bool,
        place: &Place,
        done: &mut Done,
    ) -> Result<(), ActionError> {
        if matches!(entry.kind, EntryKind::Directory) {
            return place.make_directory(output);
        }
        if !self.replace && place.exists(output)? {
            done.kept += 1;
            return Ok(());
        }
        let rendered = if render { self.kind(&entry.kind, &entry.path)? } else { entry.kind.clone() };
        place.write(output, &rendered)?;
        done.written += 1;
        Ok(())
    }

    /// Renders one file to a path; false if it is there already and stays.
    pub(super) fn file(
        &self,
        kind: &EntryKind,
        name: &str,
        place: &Place,
        target: &str,
    ) -> Result<bool, ActionError> {
        if !self.replace && place.exists(target)? {
            return Ok(false);
        }
        place.write(target, &self.kind(kind, name)?)?;
        Ok(true)
    }

    /// The contents of a file rendered; what is not text stays as it is.
    fn kind(&self, kind: &EntryKind, path: &str) -> Result<EntryKind, ActionError> {
        let EntryKind::File { body, executable } = kind else { return Ok(kind.clone()) };
        let Some(text) = text_of(body) else { return Ok(kind.clone()) };
        let rendered = self.text(text, path)?;
        Ok(EntryKind::File { body: Bytes::from(rendered), executable: *executable })
    }

    fn text(&self, text: &str, path: &str) -> Result<String, ActionError> {
        let context = Context::new(&self.context).map_err(|error| ActionError::Input(error.to_string()))?;
        Template::parse(text, &self.options)
            .and_then(|template| template.render_text(context, self.filters.as_ref()))
            .map_err(|error| ActionError::Failed(format!("{path} could not be rendered: {error}")))
    }
}

/// The text of a file that holds text.
fn text_of(body: &[u8]) -> Option<&str> {
    if body.contains(&0) { None } else { std::str::from_utf8(body).ok() }
}
