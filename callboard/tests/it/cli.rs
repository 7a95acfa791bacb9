//! The commands at a terminal: what they print and how they end.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn callboard(arguments: &[&str], directory: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.args(arguments).current_dir(directory).env_remove("BACKSTAGE_ENV").output().expect("the program")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

const BROKEN: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a b\nspec:\n  type: service\n  lifecycle: production\n  owner: x\n";

#[test]
fn the_examples_are_valid() {
    let output = callboard(&["validate", "examples"], &root());
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn an_invalid_file_is_reported_by_line_and_column_and_fails() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(folder.path().join("catalog-info.yaml"), BROKEN).expect("a file");
    let output = callboard(&["validate", "."], folder.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).contains("catalog-info.yaml:4:3: metadata.name: "),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn a_skeleton_is_left_out_of_a_directory_and_checked_when_it_is_named() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(folder.path().join("catalog-info.yaml"), BROKEN.replace("a b", "fine")).expect("a file");
    let skeleton = BROKEN.replace("a b", "${{ values.name }}");
    std::fs::write(folder.path().join("skeleton.yaml"), skeleton).expect("a file");
    assert_eq!(callboard(&["validate", "."], folder.path()).status.code(), Some(0));
    assert_eq!(callboard(&["validate", "skeleton.yaml"], folder.path()).status.code(), Some(1));
}

#[test]
fn faults_come_as_json_and_as_sarif() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(folder.path().join("catalog-info.yaml"), BROKEN).expect("a file");
    let json = callboard(&["validate", "--format", "json", "catalog-info.yaml"], folder.path());
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!((json[0]["line"].as_u64(), json[0]["field"].as_str()), (Some(4), Some("/metadata/name")));
    let sarif = callboard(&["validate", "--format", "sarif", "catalog-info.yaml"], folder.path());
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).expect("JSON");
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 4);
}

#[test]
fn the_example_configuration_is_right() {
    let output = callboard(&["config", "check"], &root());
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn a_wrong_value_is_an_error_with_file_and_line_and_an_unknown_key_a_warning_with_the_nearest_name() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let config = "app:\n  title: x\nbackend:\n  baseUrl: http://localhost:7007\n  lifecycle:\n    serverShutdownDelay: [1]\n  databaze: {}\n";
    std::fs::write(folder.path().join("app-config.yaml"), config).expect("a file");
    let output = callboard(&["config", "check"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    let found = text(&output.stdout);
    assert!(
        found.contains("app-config.yaml:6:") && found.contains("backend.lifecycle.serverShutdownDelay"),
        "{found}"
    );
    assert!(found.contains("backend.databaze") && found.contains("did you mean \"database\""), "{found}");
}

#[test]
fn printed_configuration_masks_secrets_and_names_origins() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let config = "integrations:\n  github:\n    - host: github.com\n      token: canary-1234567890\n";
    std::fs::write(folder.path().join("app-config.yaml"), config).expect("a file");
    for arguments in [&["config", "print"][..], &["config", "print", "--frontend"]] {
        let printed = callboard(arguments, folder.path());
        let printed = text(&printed.stdout) + &text(&printed.stderr);
        assert!(printed.contains("github.com") && !printed.contains("canary"), "{printed}");
    }
    assert!(text(&callboard(&["config", "print"], folder.path()).stdout).contains("app-config.yaml:3"));
}

#[test]
fn a_missing_configuration_says_which_file_was_looked_for() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let output = callboard(&["serve"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("app-config.yaml"), "{}", text(&output.stderr));
}
