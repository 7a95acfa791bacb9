//! `file:` locations of the configuration: finding the file, globs, limits.
//!
//! Only the operator's configuration may name files; the catalog keeps registered locations away from here.

use bytes::Bytes;
use globset::{GlobBuilder, GlobMatcher};
use std::path::{Component, Path, PathBuf};

/// Why a file could not be read. Says which path, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// None of the places where a relative target may be has it.
    #[error("{target} was not found; tried {}", tried.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "))]
    NotFound {
        /// The target as it was written.
        target: String,
        /// Every path that was tried, in order.
        tried: Vec<PathBuf>,
    },
    /// It is there and can't be read.
    #[error("{} could not be read: {reason}", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A directory where a file is needed.
    #[error("{} is a directory; name a file, or use a glob such as {}/**/catalog-info.yaml", path.display(), path.display())]
    IsDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// Larger than the limit.
    #[error("{} is larger than the limit of {limit} bytes (backend.reading.maxBytes)", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// A glob that visits or matches more than is reasonable.
    #[error("{pattern} goes through more than {limit} files; make its first part more specific")]
    TooMany {
        /// The glob.
        pattern: String,
        /// Entries that may be visited.
        limit: usize,
    },
    /// The glob is broken.
    #[error("{pattern} is not a valid glob: {reason}")]
    Pattern {
        /// The glob.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// One file that was read.
#[derive(Debug, Clone)]
pub struct FileMatch {
    /// Absolute path.
    pub path: PathBuf,
    /// Its bytes.
    pub body: Bytes,
}

/// Directory entries that one glob visits.
const MAX_VISITED: usize = 200_000;
/// Depth to which `**` goes.
const MAX_DEPTH: usize = 64;

/// Reads files and globs of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct FileReader {
    max_bytes: u64,
}

impl Default for FileReader {
    fn default() -> Self {
        Self { max_bytes: crate::egress::DEFAULT_MAX_BODY }
    }
}

impl FileReader {
    /// A reader with a limit for each file in bytes.
    pub fn new(max_bytes: u64) -> Self {
        Self { max_bytes }
    }

    /// The file, or every file that the glob matches, in path order. A glob without a match gives an empty list; a plain
    /// path that isn't there is an error. Symbolic links to files are followed, those to directories are not walked.
    pub async fn read(&self, target: &Path) -> Result<Vec<FileMatch>, FileError> {
        let (this, target) = (*self, target.to_owned());
        let shown = target.clone();
        tokio::task::spawn_blocking(move || this.read_now(&target))
            .await
            .unwrap_or_else(|error| Err(FileError::Unreadable { path: shown, reason: error.to_string() }))
    }

    fn read_now(&self, target: &Path) -> Result<Vec<FileMatch>, FileError> {
        let paths = if is_glob(target) { matches(target)? } else { vec![target.to_owned()] };
        paths.into_iter().map(|path| self.read_one(path)).collect()
    }

    fn read_one(&self, path: PathBuf) -> Result<FileMatch, FileError> {
        use std::io::Read;
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                FileError::NotFound { target: path.display().to_string(), tried: vec![path.clone()] }
            }
            _ => FileError::Unreadable { path: path.clone(), reason: error.to_string() },
        };
        let file = std::fs::File::open(&path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(FileError::IsDirectory { path });
        }
        if !metadata.is_file() {
            return Err(FileError::Unreadable { path, reason: "it is not a regular file".to_owned() });
        }
        let mut body = Vec::new();
        file.take(self.max_bytes.saturating_add(1)).read_to_end(&mut body).map_err(unreadable)?;
        if body.len() as u64 > self.max_bytes {
            return Err(FileError::TooLarge { path, limit: self.max_bytes });
        }
        Ok(FileMatch { path, body: body.into() })
    }
}

/// The absolute path (or glob) of a `file:` target of the configuration. A relative one is tried from `cwd`, then from
/// `packages/backend` below `config_dir`, because stock configurations are written from there, then from `config_dir`.
pub fn resolve_file_target(target: &str, cwd: &Path, config_dir: &Path) -> Result<PathBuf, FileError> {
    let path = Path::new(target);
    let candidates = if path.is_absolute() {
        vec![normalize(path)]
    } else {
        let mut candidates = Vec::new();
        for root in [cwd.to_owned(), config_dir.join("packages/backend"), config_dir.to_owned()] {
            let candidate = normalize(&cwd.join(root).join(path));
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
        candidates
    };
    for candidate in &candidates {
        let found = if is_glob(candidate) { !matches(candidate)?.is_empty() } else { candidate.exists() };
        if found {
            return Ok(candidate.clone());
        }
    }
    Err(FileError::NotFound { target: target.to_owned(), tried: candidates })
}

/// Folds `.` and `..` away by name alone: `packages/backend` need not exist for `../../examples` to be found.
fn normalize(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

fn matches(pattern: &Path) -> Result<Vec<PathBuf>, FileError> {
    let text = pattern.to_string_lossy().into_owned();
    let matcher = GlobBuilder::new(&text)
        .literal_separator(true)
        .build()
        .map_err(|error| FileError::Pattern { pattern: text.clone(), reason: error.kind().to_string() })?
        .compile_matcher();
    let start: PathBuf = pattern.components().take_while(|part| !is_glob(Path::new(part))).collect();
    let mut walk = Walk { matcher, pattern: text, visited: 0, found: Vec::new() };
    walk.directory(&start, 0)?;
    walk.found.sort();
    Ok(walk.found)
}

struct Walk {
    matcher: GlobMatcher,
    pattern: String,
    visited: usize,
    found: Vec<PathBuf>,
}

impl Walk {
    fn directory(&mut self, directory: &Path, depth: usize) -> Result<(), FileError> {
        // A directory that is gone or closed has no match.
        let Ok(entries) = std::fs::read_dir(directory) else { return Ok(()) };
        for entry in entries.flatten() {
            self.visited += 1;
            if self.visited > MAX_VISITED {
                return Err(FileError::TooMany { pattern: self.pattern.clone(), limit: MAX_VISITED });
            }
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if depth < MAX_DEPTH {
                    self.directory(&path, depth + 1)?;
                }
            } else if self.matcher.is_match(&path) && path.is_file() {
                self.found.push(path);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in ["examples/a.yaml", "examples/deep/b.yaml", "examples/c.txt", "packages/backend/own.yaml"]
        {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        dir
    }

    #[test]
    fn a_relative_target_is_tried_from_three_places_and_the_error_names_all() {
        let dir = tree();
        let other = tempfile::tempdir().unwrap();
        let resolve = |target: &str, cwd: &Path| resolve_file_target(target, cwd, dir.path());
        assert_eq!(resolve("examples/a.yaml", dir.path()).unwrap(), dir.path().join("examples/a.yaml"));
        assert_eq!(resolve("own.yaml", other.path()).unwrap(), dir.path().join("packages/backend/own.yaml"));
        assert_eq!(
            resolve("../../examples/a.yaml", other.path()).unwrap(),
            dir.path().join("examples/a.yaml")
        );
        assert_eq!(resolve("examples/a.yaml", other.path()).unwrap(), dir.path().join("examples/a.yaml"));
        let error = resolve("missing.yaml", other.path()).unwrap_err().to_string();
        for place in [other.path().to_owned(), dir.path().join("packages/backend"), dir.path().to_owned()] {
            assert!(error.contains(&place.join("missing.yaml").display().to_string()), "{error}");
        }
    }

    #[tokio::test]
    async fn globs_match_across_directories_only_with_two_stars() {
        let dir = tree();
        let read = async |pattern: &str| {
            let files = FileReader::default().read(&dir.path().join(pattern)).await.unwrap();
            files
                .iter()
                .map(|f| f.path.strip_prefix(dir.path()).unwrap().display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(read("examples/*.yaml").await, ["examples/a.yaml"]);
        assert_eq!(read("examples/**/*.yaml").await, ["examples/a.yaml", "examples/deep/b.yaml"]);
        assert!(read("nothing/*.yaml").await.is_empty());
    }

    #[tokio::test]
    async fn what_is_no_readable_file_is_said_plainly() {
        let dir = tree();
        let read =
            async |path: &str, limit| FileReader::new(limit).read(&dir.path().join(path)).await.unwrap_err();
        assert!(matches!(read("examples", 100).await, FileError::IsDirectory { .. }));
        assert!(matches!(read("missing.yaml", 100).await, FileError::NotFound { .. }));
        assert!(matches!(read("examples/a.yaml", 3).await, FileError::TooLarge { limit: 3, .. }));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_directory_link_loop_is_not_walked() {
        let dir = tree();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("examples/loop")).unwrap();
        let files = FileReader::default().read(&dir.path().join("**/*.yaml")).await.unwrap();
        assert_eq!(files.len(), 3);
    }
}
