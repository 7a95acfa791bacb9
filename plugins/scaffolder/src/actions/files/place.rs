//! Reading and writing below a directory, such that nothing outside of it is ever touched.
//!
//! A path is first resolved with the links that lie inside of the directory; then it is walked from the directory down,
//! one component at a time, and a link on the way is refused. So a link that is put there between the two changes nothing.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, mkdirat, openat, readlinkat, renameat, statat, symlinkat, unlinkat,
};
use rustix::io::Errno;

use super::entry::{Entry, EntryKind, check_size, link_stays_inside};
use crate::action::{ActionError, Workspace, WorkspaceError};

/// Directories in directories; more is a mistake or an attack.
const DEEPEST: usize = 200;

/// A directory that is worked in.
#[derive(Debug, Clone)]
pub(super) struct Place {
    workspace: Workspace,
}

fn failed(path: &str, error: impl std::fmt::Display) -> ActionError {
    ActionError::Failed(format!("\"{path}\": {error}"))
}

fn refused(error: WorkspaceError) -> ActionError {
    match error {
        WorkspaceError::Outside(_) => ActionError::NotAllowed(error.to_string()),
        WorkspaceError::Io { .. } => ActionError::Failed(error.to_string()),
    }
}

impl Place {
    pub(super) fn new(workspace: &Workspace) -> Self {
        Self { workspace: workspace.clone() }
    }

    /// The path below the directory, without links in it and without `.` and `..`.
    pub(super) fn resolve(&self, path: &str) -> Result<PathBuf, ActionError> {
        let root = self.workspace.root();
        let joined = self.workspace.join(path).map_err(refused)?;
        if joined == root {
            return Ok(PathBuf::new());
        }
        let (Some(parent), Some(name)) = (joined.parent(), joined.file_name()) else {
            return Ok(PathBuf::new());
        };
        // Only what exists can hold a link; the last name stays as it is, because a link itself can be meant.
        let mut existing = parent;
        let mut missing: Vec<&OsStr> = Vec::new();
        let real = loop {
            match existing.canonicalize() {
                Ok(real) => break real,
                Err(_) => match (existing.parent(), existing.file_name()) {
                    (Some(above), Some(name)) => {
                        missing.push(name);
                        existing = above;
                    }
                    _ => return Err(refused(WorkspaceError::Outside(path.to_owned()))),
                },
            }
        };
        let below = real.strip_prefix(root).map_err(|_| refused(WorkspaceError::Outside(path.to_owned())))?;
        let mut resolved = below.to_owned();
        resolved.extend(missing.iter().rev());
        resolved.push(name);
        Ok(resolved)
    }

    fn root(&self) -> Result<OwnedFd, ActionError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open(self.workspace.root(), flags, Mode::empty()).map_err(|error| failed(".", error))
    }

    /// Opens a directory below this one; makes it if it is wanted and not there.
    fn directory(&self, path: &Path, make: bool) -> Result<OwnedFd, ActionError> {
        let shown = path.display().to_string();
        let mut directory = self.root()?;
        for name in path.iter() {
            if make {
                match mkdirat(&directory, name, Mode::from_raw_mode(0o777)) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(error) => return Err(failed(&shown, error)),
                }
            }
            directory = open_directory(&directory, name).map_err(|error| not_through(&shown, error))?;
        }
        Ok(directory)
    }

    /// The directory that a path is in, and its name there.
    fn parent(&self, path: &str, make: bool) -> Result<(OwnedFd, OsString), ActionError> {
        let resolved = self.resolve(path)?;
        let Some(name) = resolved.file_name() else {
            return Err(ActionError::NotAllowed(format!("\"{path}\" is the workspace itself")));
        };
        let directory = self.directory(resolved.parent().unwrap_or(Path::new("")), make)?;
        Ok((directory, name.to_owned()))
    }

    /// Is something there, be it a link that leads nowhere?
    pub(super) fn exists(&self, path: &str) -> Result<bool, ActionError> {
        match self.parent(path, false) {
            Ok((directory, name)) => Ok(statat(&directory, &name, AtFlags::SYMLINK_NOFOLLOW).is_ok()),
            Err(ActionError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn make_directory(&self, path: &str) -> Result<(), ActionError> {
        let resolved = self.resolve(path)?;
        self.directory(&resolved, true).map(drop)
    }

    /// Writes a file or link; what is there already is replaced, unless it is a directory.
    pub(super) fn write(&self, path: &str, kind: &EntryKind) -> Result<(), ActionError> {
        if matches!(kind, EntryKind::Directory) {
            return self.make_directory(path);
        }
        let (directory, name) = self.parent(path, true)?;
        match unlinkat(&directory, &name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(failed(path, error)),
        }
        match kind {
            EntryKind::Directory => Ok(()),
            EntryKind::File { body, executable } => {
                let mode = Mode::from_raw_mode(if *executable { 0o777 } else { 0o666 });
                let flags =
                    OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let file = openat(&directory, &name, flags, mode).map_err(|error| failed(path, error))?;
                File::from(file).write_all(body).map_err(|error| failed(path, error))
            }
            EntryKind::Link(target) => {
                let resolved = self.resolve(path)?;
                if !link_stays_inside(&resolved.to_string_lossy(), target) {
                    return Err(ActionError::NotAllowed(format!(
                        "the link \"{path}\" leads out of the workspace"
                    )));
                }
                symlinkat(target.as_str(), &directory, &name).map_err(|error| failed(path, error))
            }
        }
    }

    /// Removes a file, a link or a directory with all that is in it; true if it was there.
    pub(super) fn remove(&self, path: &str) -> Result<bool, ActionError> {
        let (directory, name) = match self.parent(path, false) {
            Ok(found) => found,
            Err(ActionError::NotFound(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        match remove_at(&directory, &name, 0) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(failed(path, error)),
        }
    }

    /// Moves a file or directory.
    pub(super) fn rename(&self, from: &str, to: &str, overwrite: bool) -> Result<(), ActionError> {
        let (from_directory, from_name) = self.parent(from, false)?;
        statat(&from_directory, &from_name, AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|_| ActionError::NotFound(format!("\"{from}\" is not there")))?;
        let (source, target) = (self.resolve(from)?, self.resolve(to)?);
        if target.starts_with(&source) {
            return if source == target {
                Ok(())
            } else {
                Err(ActionError::Input(format!("\"{from}\" can't be moved into itself, \"{to}\"")))
            };
        }
        if source.starts_with(&target) {
            return Err(ActionError::Input(format!("\"{to}\" holds what is to be moved there, \"{from}\"")));
        }
        let (to_directory, to_name) = self.parent(to, true)?;
        if statat(&to_directory, &to_name, AtFlags::SYMLINK_NOFOLLOW).is_ok() {
            if !overwrite {
                return Err(ActionError::Conflict(format!(
                    "\"{to}\" is there already; `overwrite: true` replaces it"
                )));
            }
            remove_at(&to_directory, &to_name, 0).map_err(|error| failed(to, error))?;
        }
        renameat(&from_directory, &from_name, &to_directory, &to_name).map_err(|error| failed(from, error))
    }

    /// Reads a file.
    pub(super) fn read(&self, path: &str) -> Result<EntryKind, ActionError> {
        let (directory, name) = self.parent(path, false)?;
        read_file(&directory, &name, path)
    }

    /// All that is in a directory, by paths below it, links not followed.
    pub(super) fn tree(&self, path: &str) -> Result<Vec<Entry>, ActionError> {
        let directory = self.directory(&self.real(path)?, false)?;
        let mut walk = Walk { entries: Vec::new(), bytes: 0, contents: true };
        walk.directory(&directory, "", 0)?;
        Ok(walk.entries)
    }

    /// What is in a directory without the contents of files.
    pub(super) fn list(&self, path: &str, recursive: bool) -> Result<Vec<Entry>, ActionError> {
        let directory = self.directory(&self.real(path)?, false)?;
        let mut walk = Walk { entries: Vec::new(), bytes: 0, contents: false };
        walk.directory(&directory, "", if recursive { 0 } else { DEEPEST })?;
        Ok(walk.entries)
    }

    /// A directory's path with a link at its end followed, too.
    fn real(&self, path: &str) -> Result<PathBuf, ActionError> {
        let resolved = self.resolve(path)?;
        let root = self.workspace.root();
        match root.join(&resolved).canonicalize() {
            Ok(real) => real
                .strip_prefix(root)
                .map(Path::to_owned)
                .map_err(|_| refused(WorkspaceError::Outside(path.to_owned()))),
            Err(_) => Err(ActionError::NotFound(format!("\"{path}\" is not there"))),
        }
    }
}

fn open_directory(directory: &OwnedFd, name: &OsStr) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(directory, name, flags, Mode::empty())
}

fn not_through(path: &str, error: Errno) -> ActionError {
    match error {
        Errno::NOENT => ActionError::NotFound(format!("\"{path}\" is not there")),
        Errno::LOOP => ActionError::NotAllowed(format!("\"{path}\" leads through a link")),
        Errno::NOTDIR => ActionError::Input(format!("\"{path}\" leads through a file or a link")),
        error => failed(path, error),
    }
}

fn remove_at(directory: &OwnedFd, name: &OsStr, depth: usize) -> rustix::io::Result<()> {
    match unlinkat(directory, name, AtFlags::empty()) {
        // Linux says ISDIR, others PERM.
        Err(Errno::ISDIR | Errno::PERM) if depth < DEEPEST => {}
        other => return other,
    }
    let inner = open_directory(directory, name)?;
    for entry in Dir::read_from(inner.as_fd())? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name != b"." && name != b".." {
            remove_at(&inner, as_os(name), depth + 1)?;
        }
    }
    unlinkat(directory, name, AtFlags::REMOVEDIR)
}

fn as_os(name: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(name)
}

fn read_file(directory: &OwnedFd, name: &OsStr, path: &str) -> Result<EntryKind, ActionError> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file =
        File::from(openat(directory, name, flags, Mode::empty()).map_err(|error| not_through(path, error))?);
    let metadata = file.metadata().map_err(|error| failed(path, error))?;
    if !metadata.is_file() {
        return Err(ActionError::Input(format!("\"{path}\" is not a file")));
    }
    check_size(1, metadata.len())?;
    let mut body = Vec::new();
    let mut limited = file.take(super::entry::MOST_BYTES);
    limited.read_to_end(&mut body).map_err(|error| failed(path, error))?;
    let executable = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    Ok(EntryKind::File { body: Bytes::from(body), executable })
}

struct Walk {
    entries: Vec<Entry>,
    bytes: u64,
    contents: bool,
}

impl Walk {
    fn directory(&mut self, directory: &OwnedFd, above: &str, depth: usize) -> Result<(), ActionError> {
        let listed = Dir::read_from(directory.as_fd()).and_then(|dir| dir.collect::<Result<Vec<_>, _>>());
        let mut names: Vec<Vec<u8>> = listed
            .map_err(|error| failed(above, error))?
            .iter()
            .map(|entry| entry.file_name().to_bytes().to_vec())
            .filter(|name| name != b"." && name != b"..")
            .collect();
        names.sort();
        for name in names {
            let Ok(text) = String::from_utf8(name) else {
                return Err(ActionError::Input(format!("\"{above}\" holds a name that is not UTF-8")));
            };
            let path = if above.is_empty() { text.clone() } else { format!("{above}/{text}") };
            self.entry(directory, OsStr::new(&text), path, depth)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        directory: &OwnedFd,
        name: &OsStr,
        path: String,
        depth: usize,
    ) -> Result<(), ActionError> {
        check_size(self.entries.len() + 1, self.bytes)?;
        let status =
            statat(directory, name, AtFlags::SYMLINK_NOFOLLOW).map_err(|error| failed(&path, error))?;
        match FileType::from_raw_mode(status.st_mode) {
            FileType::Directory => {
                self.entries.push(Entry { path: path.clone(), kind: EntryKind::Directory });
                if depth < DEEPEST {
                    let inner = open_directory(directory, name).map_err(|error| not_through(&path, error))?;
                    self.directory(&inner, &path, depth + 1)?;
                }
            }
            FileType::RegularFile => {
                let kind = if self.contents {
                    read_file(directory, name, &path)?
                } else {
                    EntryKind::File { body: Bytes::new(), executable: false }
                };
                if let EntryKind::File { body, .. } = &kind {
                    self.bytes += body.len() as u64;
                }
                self.entries.push(Entry { path, kind });
            }
            FileType::Symlink => {
                let target = readlinkat(directory, name, Vec::new()).map_err(|error| failed(&path, error))?;
                let target = String::from_utf8_lossy(target.to_bytes()).into_owned();
                self.entries.push(Entry { path, kind: EntryKind::Link(target) });
            }
            // Sockets, pipes and devices are nothing that a template has.
            _ => {}
        }
        Ok(())
    }
}
