//! Which files to check: those that are named, and in directories those that look like catalog files.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// A catalog file is text written by people; anything larger is not one.
const MAX_BYTES: u64 = 32 << 20;
/// How deep directories are searched.
const MAX_DEPTH: usize = 32;

/// A file to check and its text.
#[derive(Debug)]
pub(crate) struct Source {
    /// As it was named.
    pub(crate) path: PathBuf,
    /// Its content.
    pub(crate) text: String,
}

/// Reads the files that `paths` name, directories searched, in a fixed order.
pub(crate) fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut found = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).with_context(|| format!("{}", path.display()))?;
        if metadata.is_dir() {
            search(path, 0, &mut found)?;
        } else {
            found.push(read(path)?);
        }
    }
    if found.is_empty() {
        bail!("no catalog file was found; name one, or a directory that holds a catalog-info.yaml");
    }
    Ok(found)
}

fn search(directory: &Path, depth: usize, found: &mut Vec<Source>) -> anyhow::Result<()> {
    if depth > MAX_DEPTH {
        bail!("{} is nested deeper than {MAX_DEPTH} directories", directory.display());
    }
    let mut entries: Vec<_> = std::fs::read_dir(directory)
        .and_then(Iterator::collect::<Result<_, _>>)
        .with_context(|| format!("{}", directory.display()))?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if name != "node_modules" && name != "target" && !name.starts_with('.') {
                search(&path, depth + 1, found)?;
            }
        } else if kind.is_file() && (name.ends_with(".yaml") || name.ends_with(".yml")) {
            let source = read(&path)?;
            let wanted = name.starts_with("catalog-info.") || looks_like_entities(&source.text);
            if wanted && !is_skeleton(&source.text) {
                found.push(source);
            }
        }
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Source> {
    let size = std::fs::metadata(path).with_context(|| format!("{}", path.display()))?.len();
    if size > MAX_BYTES {
        bail!("{} is {size} bytes long; at most {MAX_BYTES} are read", path.display());
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    Ok(Source { path: path.to_owned(), text })
}

/// Whether the file belongs to the skeleton of a software template: it becomes a catalog file when it is filled in.
fn is_skeleton(text: &str) -> bool {
    ["${{ values.", "${{values.", "{{ cookiecutter.", "{{cookiecutter."]
        .iter()
        .any(|mark| text.contains(mark))
}

/// Whether a line at the root says that this is one of Backstage's kinds.
fn looks_like_entities(text: &str) -> bool {
    text.lines()
        .any(|line| line.strip_prefix("apiVersion:").is_some_and(|version| version.contains("backstage.io/")))
}
