//! The directory of a running task, and its archive: what another process goes on with.

use std::fs::{DirBuilder, Metadata};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use lz4_flex::frame::{FrameDecoder, FrameEncoder};
use sha2::{Digest, Sha256};

use crate::error::ScaffolderError;
use crate::secrets::Vault;

/// Bytes of one part of an archive.
const PART: usize = 256 << 10;
/// Files and directories of one workspace.
const MOST_FILES: usize = 100_000;

/// A directory that goes with the value.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
}

impl Directory {
    /// An empty directory for a task below the working directory; only this user can look into it. What a process that
    /// died has left there goes first.
    pub(crate) fn create(parent: &Path, name: &str) -> Result<Self, ScaffolderError> {
        std::fs::create_dir_all(parent).map_err(|error| ScaffolderError::disk(parent, &error))?;
        let path = parent.join(name);
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ScaffolderError::disk(&path, &error));
            }
            _ => {}
        }
        // Fails where somebody else has made the same directory in between.
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| ScaffolderError::disk(&path, &error))?;
        Ok(Self { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.path.display(), %error, "the workspace of a task could not be removed");
        }
    }
}

/// A workspace as it was at one moment.
#[derive(Debug)]
pub(crate) struct Archive {
    /// Sealed.
    pub(crate) parts: Vec<Vec<u8>>,
    pub(crate) fingerprint: u64,
}

struct Found {
    path: PathBuf,
    metadata: Metadata,
}

impl Archive {
    fn place(task_id: &str, part: usize) -> String {
        format!("{task_id} workspace {part}")
    }

    /// Archives a directory, unless it is as `known` says. Symbolic links stay links; pipes and sockets are left out.
    ///
    /// # Errors
    /// `Input` when it is larger than `most_bytes`.
    pub(crate) fn make(
        vault: &Vault,
        task_id: &str,
        root: &Path,
        known: Option<u64>,
        most_bytes: u64,
    ) -> Result<Option<Self>, ScaffolderError> {
        let mut found = Vec::new();
        walk(root, root, &mut found)?;
        let bytes: u64 =
            found.iter().filter(|one| one.metadata.is_file()).map(|one| one.metadata.len()).sum();
        if bytes > most_bytes {
            return Err(ScaffolderError::Input(format!(
                "the workspace holds {bytes} bytes, more than the limit of {most_bytes} (scaffolder.limits.workspaceBytes)"
            )));
        }
        let fingerprint = fingerprint(&found);
        if known == Some(fingerprint) || (known.is_none() && found.is_empty()) {
            return Ok(None);
        }
        let failed = |error: std::io::Error| ScaffolderError::disk(root, &error);
        let mut tar = tar::Builder::new(FrameEncoder::new(Parts {
            vault,
            task_id,
            parts: Vec::new(),
            open: Vec::new(),
        }));
        tar.follow_symlinks(false);
        for one in &found {
            tar.append_path_with_name(root.join(&one.path), &one.path).map_err(failed)?;
        }
        let mut parts = tar.into_inner().map_err(failed)?.finish().map_err(|error| failed(error.into()))?;
        parts.close().map_err(failed)?;
        Ok(Some(Self { parts: parts.parts, fingerprint }))
    }

    /// Unpacks parts into an empty directory.
    pub(crate) fn restore(
        vault: &Vault,
        task_id: &str,
        sealed: Vec<Vec<u8>>,
        root: &Path,
    ) -> Result<(), ScaffolderError> {
        let mut plain = Vec::new();
        for (number, part) in sealed.into_iter().enumerate() {
            plain.extend(vault.open(&Self::place(task_id, number), &part)?);
        }
        let failed = |error: std::io::Error| ScaffolderError::disk(root, &error);
        let mut tar = tar::Archive::new(FrameDecoder::new(plain.as_slice()));
        tar.set_preserve_permissions(true);
        for entry in tar.entries().map_err(failed)? {
            entry.map_err(failed)?.unpack_in(root).map_err(failed)?;
        }
        Ok(())
    }
}

/// Collects written bytes in sealed parts.
struct Parts<'v> {
    vault: &'v Vault,
    task_id: &'v str,
    parts: Vec<Vec<u8>>,
    open: Vec<u8>,
}

impl Parts<'_> {
    fn close(&mut self) -> std::io::Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let place = Archive::place(self.task_id, self.parts.len());
        let sealed = self.vault.seal(&place, &self.open).map_err(std::io::Error::other)?;
        self.parts.push(sealed);
        self.open.clear();
        Ok(())
    }
}

impl Write for Parts<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(PART - self.open.len());
        self.open.extend_from_slice(&bytes[..taken]);
        if self.open.len() == PART {
            self.close()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything below a directory, directories before what is in them.
fn walk(root: &Path, directory: &Path, found: &mut Vec<Found>) -> Result<(), ScaffolderError> {
    let failed = |error: std::io::Error| ScaffolderError::disk(directory, &error);
    let entries = std::fs::read_dir(directory).map_err(failed)?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let metadata = path.symlink_metadata().map_err(|error| ScaffolderError::disk(&path, &error))?;
        if found.len() >= MOST_FILES {
            return Err(ScaffolderError::Input(format!("the workspace holds more than {MOST_FILES} files")));
        }
        let is_directory = metadata.is_dir();
        if !is_directory && !metadata.is_file() && !metadata.is_symlink() {
            continue;
        }
        let relative = path.strip_prefix(root).unwrap_or(&path).to_owned();
        found.push(Found { path: relative, metadata });
        if is_directory {
            walk(root, &path, found)?;
        }
    }
    Ok(())
}

/// Another one when a file has changed: by name, size, time and mode.
fn fingerprint(found: &[Found]) -> u64 {
    let mut hash = Sha256::new();
    for Found { path, metadata } in found {
        hash.update(path.as_os_str().as_encoded_bytes());
        for number in
            [0, metadata.mtime(), metadata.mtime_nsec(), metadata.ctime_nsec(), i64::from(metadata.mode())]
        {
            hash.update(number.to_le_bytes());
        }
        hash.update(metadata.len().to_le_bytes());
    }
    let digest = hash.finalize();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// The files of a directory with their contents, at most `most_bytes` of them: what a dry run answers.
pub(crate) fn contents(
    root: &Path,
    most_bytes: u64,
) -> Result<Vec<(String, bool, Vec<u8>)>, ScaffolderError> {
    let mut found = Vec::new();
    walk(root, root, &mut found)?;
    let mut left = most_bytes;
    let mut files = Vec::new();
    for Found { path, metadata } in found.into_iter().filter(|one| one.metadata.is_file()) {
        let mut bytes = Vec::new();
        let file =
            std::fs::File::open(root.join(&path)).map_err(|error| ScaffolderError::disk(&path, &error))?;
        file.take(left + 1).read_to_end(&mut bytes).map_err(|error| ScaffolderError::disk(&path, &error))?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            ScaffolderError::Input(format!("The result has more than {most_bytes} bytes, which is the limit"))
        })?;
        files.push((path.to_string_lossy().into_owned(), metadata.mode() & 0o111 != 0, bytes));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_workspace_comes_back_as_it_was_and_is_archived_again_only_when_it_changed() {
        let place = tempfile::tempdir().unwrap();
        let one = Directory::create(place.path(), "one").unwrap();
        let vault = Vault::new(b"key");
        let make = |known| Archive::make(&vault, "t", one.path(), known, 1 << 20).unwrap();
        assert!(make(None).is_none(), "there is nothing to keep of an empty one");
        std::fs::create_dir_all(one.path().join("a/empty")).unwrap();
        std::fs::write(one.path().join("a/run.sh"), "canary-in-a-file".repeat(50_000)).unwrap();
        std::fs::set_permissions(one.path().join("a/run.sh"), PermissionsExt::from_mode(0o755)).unwrap();
        symlink("a/run.sh", one.path().join("link")).unwrap();
        symlink("/nowhere", one.path().join("dangling")).unwrap();
        let archive = make(None).unwrap();
        assert!(make(Some(archive.fingerprint)).is_none());
        assert!(!archive.parts.concat().windows(6).any(|part| part == b"canary"));
        let other = Directory::create(place.path(), "other").unwrap();
        Archive::restore(&vault, "t", archive.parts, other.path()).unwrap();
        let file = other.path().join("a/run.sh");
        assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(one.path().join("a/run.sh")).unwrap());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o755);
        assert_eq!(std::fs::read_link(other.path().join("dangling")).unwrap(), Path::new("/nowhere"));
        assert!(other.path().join("a/empty").is_dir());
        let error = Archive::make(&vault, "t", one.path(), None, 10).unwrap_err().to_string();
        assert!(error.contains("workspaceBytes"), "{error}");
    }

    #[test]
    fn a_directory_is_private_and_goes_with_its_task() {
        let place = tempfile::tempdir().unwrap();
        let stale = place.path().join("x");
        std::fs::create_dir(&stale).unwrap();
        std::fs::write(stale.join("left"), "").unwrap();
        let made = Directory::create(place.path(), "x").unwrap();
        assert!(!made.path().join("left").exists());
        assert_eq!(made.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        drop(made);
        assert!(!stale.exists());
    }
}
