//! The files of a workspace's directory as they are published.

use std::io::Read;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use callboard_scm::git::Mode;
use ignore::WalkBuilder;

use crate::action::{ActionContext, ActionError};

/// Files that are published in one go.
const MAX_FILES: usize = 50_000;
/// Bytes of them.
const MAX_BYTES: u64 = 300 * 1024 * 1024;

/// A file below the directory.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// `/`-separated, from the directory.
    pub(crate) path: String,
    pub(crate) mode: Mode,
    /// Where it stands.
    at: PathBuf,
}

impl SourceFile {
    /// Its content; where a link leads, for a link. A link is never followed, also not one that took the file's place
    /// meanwhile (CVE-2021-41151, CVE-2026-106486).
    pub(crate) fn read(&self) -> Result<Vec<u8>, ActionError> {
        let failed = |error: std::io::Error| ActionError::Failed(format!("\"{}\": {error}", self.path));
        if self.mode == Mode::Link {
            let target = std::fs::read_link(&self.at).map_err(failed)?;
            return Ok(target.into_os_string().into_encoded_bytes());
        }
        let no_follow = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
        let file =
            std::fs::OpenOptions::new().read(true).custom_flags(no_follow).open(&self.at).map_err(failed)?;
        let mut content = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut content).map_err(failed)?;
        Ok(content)
    }
}

/// The files below `source_path` (the whole workspace without one). As Backstage does, `.gitignore` files count and
/// `.git` is left out.
pub(crate) async fn collect(
    context: &ActionContext,
    source_path: Option<&str>,
) -> Result<Vec<SourceFile>, ActionError> {
    let directory = context.workspace.join(source_path.unwrap_or("."))?;
    let shown = source_path.unwrap_or(".").to_owned();
    if !directory.is_dir() {
        return Err(ActionError::Input(format!("the workspace has no directory \"{shown}\"")));
    }
    tokio::task::spawn_blocking(move || walk(&directory))
        .await
        .map_err(|error| ActionError::Failed(format!("\"{shown}\" could not be read: {error}")))?
}

fn walk(directory: &Path) -> Result<Vec<SourceFile>, ActionError> {
    let walker = WalkBuilder::new(directory)
        .standard_filters(false)
        .git_ignore(true)
        .require_git(false)
        .parents(false)
        .follow_links(false)
        .sort_by_file_name(|a, b| a.cmp(b))
        .filter_entry(|entry| !entry.file_name().eq_ignore_ascii_case(".git"))
        .build();
    let mut files = Vec::new();
    let mut bytes = 0u64;
    for entry in walker {
        let entry = entry
            .map_err(|error| ActionError::Failed(format!("the workspace could not be read: {error}")))?;
        let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) else { continue };
        let path = entry.path().strip_prefix(directory).unwrap_or(entry.path());
        let Some(path) = path.to_str().map(str::to_owned) else {
            return Err(ActionError::Input(format!("the name of {} is not UTF-8", path.display())));
        };
        if !kind.is_file() && !kind.is_symlink() {
            return Err(ActionError::Input(format!("\"{path}\" is neither a file nor a link")));
        }
        let metadata = std::fs::symlink_metadata(entry.path())
            .map_err(|error| ActionError::Failed(format!("\"{path}\": {error}")))?;
        bytes = bytes.saturating_add(metadata.len());
        if files.len() >= MAX_FILES || bytes > MAX_BYTES {
            return Err(ActionError::Input(format!(
                "more than {MAX_FILES} files or {} MiB can't be published in one go; is a build's output among them?",
                MAX_BYTES / 1024 / 1024
            )));
        }
        let mode = match (kind.is_symlink(), metadata.permissions().mode() & 0o100) {
            (true, _) => Mode::Link,
            (false, 0) => Mode::File,
            (false, _) => Mode::Executable,
        };
        files.push(SourceFile { path, mode, at: entry.path().to_owned() });
    }
    Ok(files)
}
