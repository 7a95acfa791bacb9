//! The directory of a task, and the one way to a path in it.

use std::path::{Component, Path, PathBuf};

/// Why a path is refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WorkspaceError {
    /// It leads out of the workspace.
    #[error("the path \"{0}\" leads out of the workspace")]
    Outside(String),
    /// The file system said no.
    #[error("\"{path}\": {reason}")]
    Io {
        /// The path, relative to the workspace.
        path: String,
        /// What it said.
        reason: String,
    },
}

/// The directory of a task.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace in an existing directory.
    pub fn open(root: &Path) -> Result<Self, WorkspaceError> {
        let io =
            |error: std::io::Error| WorkspaceError::Io { path: ".".to_owned(), reason: error.to_string() };
        Ok(Self { root: root.canonicalize().map_err(io)? })
    }

    /// The directory itself, without symbolic links in its path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the workspace, from text of a template. The path need not exist; whatever of it exists must lie
    /// inside after all symbolic links have been followed, and a dangling link is refused.
    pub fn join(&self, relative: &str) -> Result<PathBuf, WorkspaceError> {
        let outside = || WorkspaceError::Outside(relative.to_owned());
        if relative.contains(['\0', '\\']) {
            return Err(outside());
        }
        let mut path = self.root.clone();
        for part in Path::new(relative).components() {
            match part {
                Component::CurDir => continue,
                Component::Normal(name) => path.push(name),
                Component::ParentDir => {
                    if path == self.root || !path.pop() {
                        return Err(outside());
                    }
                }
                Component::RootDir | Component::Prefix(_) => return Err(outside()),
            }
            match path.symlink_metadata() {
                Ok(_) => {
                    let real = path.canonicalize().map_err(|_| outside())?;
                    if !real.starts_with(&self.root) {
                        return Err(outside());
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(WorkspaceError::Io { path: relative.to_owned(), reason: error.to_string() });
                }
            }
        }
        Ok(path)
    }
}
