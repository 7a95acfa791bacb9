//! What a URL means at a source host: which repository, which ref, which file, and where the file path starts.

use super::safe_url;
use url::Url;

/// A URL taken apart by the rules of its host. All parts are decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Owner of the repository as Backstage names it: user, group with subgroups, workspace, or Azure project; the
    /// bucket's account for object stores. Empty where the host has no such thing.
    pub owner: String,
    /// Repository, project or bucket.
    pub name: String,
    /// Azure organization, Harness account or the like, where there is one above the owner.
    pub organization: Option<String>,
    /// Branch, tag or commit; `None` means the default branch.
    pub git_ref: Option<String>,
    /// Path below the repository's root without a leading slash; empty for the root.
    pub path: String,
    /// `blob`, `tree`, `raw`, … where the host's URLs say it.
    pub kind: String,
    /// The URL's own path up to the repository's root at this ref, without a trailing slash.
    pub(crate) root: String,
}

/// The path segments of a URL, raw and decoded.
pub(crate) struct Segments {
    raw: Vec<String>,
    decoded: Vec<String>,
}

impl Segments {
    /// Empty segments at the end (a trailing slash) don't count; others refuse the URL.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        let mut raw: Vec<String> = url.path_segments()?.map(str::to_owned).collect();
        while raw.last().is_some_and(|last| last.is_empty()) {
            raw.pop();
        }
        let decoded = raw.iter().map(|s| safe_url::decode(s)).collect::<Option<Vec<_>>>()?;
        Some(Self { raw, decoded })
    }

    pub(crate) fn len(&self) -> usize {
        self.decoded.len()
    }

    /// A segment; empty text if there is none.
    pub(crate) fn at(&self, index: usize) -> &str {
        self.decoded.get(index).map_or("", String::as_str)
    }

    pub(crate) fn position(&self, wanted: &str) -> Option<usize> {
        self.decoded.iter().position(|s| s == wanted)
    }

    pub(crate) fn join(&self, from: usize, to: usize) -> String {
        self.decoded.get(from..to.min(self.len())).map(|part| part.join("/")).unwrap_or_default()
    }

    /// Everything from `from` on.
    pub(crate) fn rest(&self, from: usize) -> String {
        self.join(from, self.len())
    }

    /// The first `count` segments as they stand in the URL, with a leading slash each.
    pub(crate) fn prefix(&self, count: usize) -> String {
        self.raw.iter().take(count).map(|s| format!("/{s}")).collect()
    }
}

impl Located {
    /// `owner/name`, or only the name.
    pub fn slug(&self) -> String {
        if self.owner.is_empty() { self.name.clone() } else { format!("{}/{}", self.owner, self.name) }
    }

    /// The file's directory; empty for the root.
    pub fn directory(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }
}

/// Number of path segments of an integration's base URL, which precede the repository in its URLs.
pub(crate) fn base_depth(base_url: &str) -> usize {
    Url::parse(base_url).ok().and_then(|url| Segments::of(&url)).map_or(0, |segments| segments.len())
}
