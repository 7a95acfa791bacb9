//! docs/attacks.md and the tests it names are held together; and two attacks that fail because of what is not there.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::house::{root, sources};

/// The tests that the page names, as `path::function`.
fn named() -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string(root().join("docs/attacks.md")).expect("docs/attacks.md");
    let quoted = text.split('`').skip(1).step_by(2);
    let tests = quoted.filter_map(|name| name.split_once(".rs::"));
    tests.map(|(file, function)| (format!("{file}.rs"), function.to_owned())).collect()
}

fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    files
}

#[test]
fn every_test_that_the_page_names_exists() {
    let named = named();
    assert!(named.len() > 20, "the page was not understood: {named:?}");
    for (file, function) in named {
        let text =
            std::fs::read_to_string(root().join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(&format!("fn {function}(")), "{file} has no test {function}");
    }
}

#[test]
fn every_test_with_the_name_of_an_advisory_is_on_the_page() {
    let named: BTreeSet<String> = named().into_iter().map(|(_, function)| function).collect();
    for file in files() {
        let text = std::fs::read_to_string(&file).expect("a source file");
        let functions = text.lines().filter_map(|line| {
            let (before, rest) = line.split_once("fn ")?;
            matches!(before.trim(), "" | "async").then(|| rest.split('(').next().unwrap_or_default())
        });
        for function in functions {
            let is_advisory = ["cve_", "ghsa_", "gitea_", "gitlab_", "grafana_"].iter().any(|id| {
                function.strip_prefix(id).is_some_and(|rest| rest.contains(|c: char| c.is_ascii_digit()))
            });
            assert!(!is_advisory || named.contains(function), "docs/attacks.md does not name {function}");
        }
    }
}

/// The files that are part of the program, by their path in the repository.
fn program() -> Vec<(PathBuf, String)> {
    const ASIDE: [&str; 7] = ["tests", "testkit", "conformance", "bench", "examples", "fuzz", "e2e"];
    let mut found = Vec::new();
    for file in files() {
        let path = file.strip_prefix(root()).expect("a file of the repository").to_owned();
        if !path.components().any(|part| ASIDE.iter().any(|name| part.as_os_str() == *name)) {
            let text = std::fs::read_to_string(&file).expect("a source file");
            let program = text.split("#[cfg(test)]").next().unwrap_or_default();
            found.push((path, program.to_owned()));
        }
    }
    assert!(found.len() > 100, "the sources were not found");
    found
}

/// A program such as git resolves names and follows redirects by itself, past every check of the guarded client.
#[test]
fn gitea_cve_2026_104636_no_other_program_is_started_to_fetch_something() {
    for (file, text) in program() {
        // The one program that is started is what the configuration declares as an action.
        let is_own_action = file.ends_with("plugins/scaffolder/src/actions/own/process.rs");
        assert!(
            is_own_action || !text.contains("Command::new(\"") && !text.contains("process::Command"),
            "{}",
            file.display()
        );
    }
}

#[test]
fn gitlab_356354_only_the_guarded_client_speaks_to_other_hosts() {
    for (file, text) in program() {
        let is_guarded = file.ends_with("crates/scm/src/egress/client.rs");
        for client in ["reqwest::Client::", "hyper_util::client", "TcpStream::connect", "UdpSocket"] {
            assert!(is_guarded || !text.contains(client), "{} uses {client}", file.display());
        }
    }
}
