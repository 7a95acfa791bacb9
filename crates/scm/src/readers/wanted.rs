//! Which files of a tree are wanted: everything below a directory, or what a glob matches.

use callboard_kit::url_reader::ReadError;
use globset::{GlobBuilder, GlobMatcher};

/// A choice of files by their path from the root of the repository or bucket.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Directory that everything is below; empty for the root.
    pub(crate) base: String,
    glob: Option<(GlobMatcher, Vec<String>)>,
}

impl Wanted {
    /// Everything below a directory.
    pub(crate) fn below(directory: &str) -> Self {
        Self { base: directory.trim_matches('/').to_owned(), glob: None }
    }

    /// What a glob matches; `*` stays inside a directory, `**` doesn't.
    pub(crate) fn glob(pattern: &str) -> Result<Self, ReadError> {
        let pattern = pattern.trim_matches('/');
        let matcher = GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|error| {
                ReadError::Failed(format!("\"{pattern}\" is not a valid glob: {}", error.kind()))
            })?
            .compile_matcher();
        let segments: Vec<String> = pattern.split('/').map(str::to_owned).collect();
        let fixed =
            segments.iter().take(segments.len() - 1).take_while(|s| !is_glob(s)).cloned().collect::<Vec<_>>();
        Ok(Self { base: fixed.join("/"), glob: Some((matcher, segments)) })
    }

    /// Whether a file is wanted. Names that start with a dot are matched only where the glob says so too, as the
    /// globs of Backstage have it.
    pub(crate) fn matches(&self, path: &str) -> bool {
        if !is_below(path, &self.base) {
            return false;
        }
        let Some((matcher, segments)) = &self.glob else { return true };
        let dots_named = path
            .split('/')
            .filter(|name| name.starts_with('.'))
            .all(|_| segments.iter().any(|segment| segment.starts_with('.')));
        dots_named && matcher.is_match(path)
    }
}

/// Whether a path part is a pattern.
pub(crate) fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// Whether a path is inside a directory. `team-ab/x` is not below `team-a`.
pub(crate) fn is_below(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_choose_as_backstage_does() {
        let cases = [
            ("**/catalog-info.yaml", "catalog-info.yaml", true),
            ("**/catalog-info.yaml", "a/b/catalog-info.yaml", true),
            ("**/catalog-info.yaml", "a/.hidden/catalog-info.yaml", false),
            (".backstage/*.yaml", ".backstage/a.yaml", true),
            ("*/catalog-info.yaml", "a/b/catalog-info.yaml", false),
            ("apps/*/info.yaml", "apps/x/info.yaml", true),
            ("apps/*/info.yaml", "other/x/info.yaml", false),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(Wanted::glob(pattern).unwrap().matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn cve_2026_106493_a_prefix_ends_at_a_slash() {
        let wanted = Wanted::below("team-a");
        assert!(wanted.matches("team-a/catalog-info.yaml"));
        assert!(!wanted.matches("team-ab/catalog-info.yaml"));
        assert!(!wanted.matches("team-a"));
    }
}
