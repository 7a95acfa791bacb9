//! The one place where the path of a request becomes a path of a file.

use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;

/// The file below `root` that the path of a URL names. `None` for whatever is no plain path downwards: dots, names that
/// begin with one (`.config-schema.json` stays here), backslashes, drives, control characters, links that lead outside.
pub(crate) fn file_below(root: &Path, url_path: &str) -> Option<PathBuf> {
    let decoded = percent_decode_str(url_path.trim_start_matches('/')).decode_utf8().ok()?;
    let relative = Path::new(&*decoded);
    let plain = |component: Component<'_>| match component {
        Component::Normal(name) => name.to_str().is_some_and(|name| {
            !name.starts_with('.') && !name.contains(['\\', ':']) && !name.chars().any(char::is_control)
        }),
        _ => false,
    };
    if decoded.is_empty() || decoded.contains("//") || !relative.components().all(plain) {
        return None;
    }
    let found = root.join(relative).canonicalize().ok()?;
    (found.starts_with(root) && found.is_file()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let outside = tempfile::tempdir().expect("a folder");
        let root = outside.path().join("dist");
        std::fs::create_dir_all(root.join("static")).expect("folders");
        let root = root.canonicalize().expect("a folder");
        for file in ["static/a b.js", ".config-schema.json", "x"] {
            std::fs::write(root.join(file), "x").expect("a file");
        }
        std::fs::write(outside.path().join("secret"), "x").expect("a file");
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.path().join("secret"), root.join("link")).expect("a link");
        assert!(file_below(&root, "/static/a%20b.js").is_some());
        assert!(file_below(&root, "x").is_some());
        for path in [
            "",
            "/",
            "/static",
            "/static/",
            "/../secret",
            "/static/../../secret",
            "/%2e%2e/secret",
            "/%2E%2E%2Fsecret",
            "/..%2fsecret",
            "/%252e%252e/secret",
            "/static/..%5c..%5csecret",
            "/.config-schema.json",
            "/%2econfig-schema.json",
            "/link",
            "//etc/passwd",
            "/static//a b.js",
            "/x%00",
            "/C:/x",
            "/./x",
            "/%ff",
        ] {
            assert!(file_below(&root, path).is_none(), "{path}");
        }
    }
}
