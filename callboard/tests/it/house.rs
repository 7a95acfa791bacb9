//! The rules of ARCHITECTURE.md that a machine can keep: arrows, fences, small rooms.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Every member of the workspace with its own, non-development dependencies.
fn members() -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join("callboard"), root().join("bench"), root().join("conformance")];
    for parent in ["crates", "plugins"] {
        let entries = std::fs::read_dir(root().join(parent)).expect("a folder");
        folders.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    for folder in folders {
        let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let name = manifest.lines().find_map(|line| line.strip_prefix("name = ")).expect("a name");
        let mut section = "";
        let mut dependencies = BTreeSet::new();
        for line in manifest.lines() {
            if line.starts_with('[') {
                section = line;
            } else if section == "[dependencies]"
                && let Some((name, _)) = line.split_once(['.', ' ', '='])
            {
                dependencies.insert(name.to_owned());
            }
        }
        dependencies.remove("");
        found.insert(name.trim_matches('"').to_owned(), dependencies);
    }
    found
}

/// How high a crate stands; an arrow may only point to a lower number. Tools stand aside.
fn floor(name: &str) -> Option<u32> {
    Some(match name {
        "callboard" => 6,
        name if name.starts_with("callboard-plugin-") => 5,
        "callboard-audit" => 4,
        "callboard-scm" => 3,
        "callboard-kit" | "callboard-store" => 2,
        "callboard-index" | "callboard-config" => 1,
        "callboard-model" | "callboard-template" => 0,
        _ => return None,
    })
}

#[test]
fn arrows_point_down_and_no_plugin_imports_another() {
    let members = members();
    assert!(members.len() > 10, "the workspace was not found: {members:?}");
    for (name, dependencies) in &members {
        let Some(from) = floor(name) else { continue };
        for dependency in dependencies.iter().filter(|dependency| members.contains_key(*dependency)) {
            let to = floor(dependency).unwrap_or_else(|| panic!("{name} must not depend on {dependency}"));
            assert!(to < from, "{name} must not depend on {dependency}: arrows point down");
        }
    }
}

#[test]
fn third_parties_stay_behind_their_fences() {
    const FENCES: &[(&str, &[&str])] = &[
        ("sqlx", &["callboard-store"]),
        ("redis", &["callboard-store"]),
        ("moka", &["callboard-store", "callboard-scm", "callboard-plugin-auth"]),
        ("reqwest", &["callboard-scm", "callboard-conformance"]),
        ("saphyr-parser", &["callboard-model"]),
        ("jsonwebtoken", &["callboard-plugin-auth", "callboard-scm"]),
        ("roaring", &["callboard-index"]),
        ("anyhow", &["callboard", "callboard-bench", "callboard-conformance", "callboard-testkit"]),
        ("tower-http", &["callboard"]),
        ("rust-embed", &["callboard"]),
    ];
    for (name, dependencies) in members() {
        for (fenced, allowed) in FENCES {
            assert!(
                !dependencies.contains(*fenced) || allowed.contains(&name.as_str()),
                "{name} must not depend on {fenced}; only {allowed:?} may"
            );
        }
    }
}

#[test]
fn pure_crates_know_no_runtime() {
    for name in ["callboard-model", "callboard-config", "callboard-index", "callboard-template"] {
        for impure in ["tokio", "async-trait", "axum", "futures"] {
            assert!(!members()[name].contains(impure), "{name} is pure and must not depend on {impure}");
        }
    }
}

pub(crate) fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if name != "target" && name != "node_modules" && !name.to_string_lossy().starts_with('.') {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_file_says_its_job_first_and_stays_small() {
    const MOST_LINES: usize = 500;
    let mut files = Vec::new();
    sources(&root(), &mut files);
    assert!(files.len() > 50, "the sources were not found");
    for file in files.iter().filter(|file| !file.components().any(|part| part.as_os_str() == "skeleton")) {
        let text = std::fs::read_to_string(file).expect("a source file");
        assert!(text.starts_with("//!"), "{} must begin with a //! line that says its job", file.display());
        let lines = text.lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines; split it", file.display());
    }
}
