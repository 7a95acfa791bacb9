//! The starting points of `examples/templates`: what they write is built, as the team that created it would.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callboard_model::yaml::Limits;
use callboard_testkit::TestDatabase;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Server, TOKEN, config};

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates").canonicalize().expect("the templates")
}

/// What outlives a run, so that the next one need not download and compile all of it again.
fn kept(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a directory");
    folder
}

fn files_below(folder: &Path, at: &Path, files: &mut Vec<Value>) {
    for entry in std::fs::read_dir(at).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(folder, &path, files);
        } else {
            let name = path.strip_prefix(folder).expect("a path below").to_string_lossy().into_owned();
            let content = STANDARD.encode(std::fs::read(&path).expect("a file"));
            files.push(json!({"path": name, "base64Content": content}));
        }
    }
}

/// Runs a template without letting anything out of the server, and writes what came of it into a directory.
async fn created(id: &str, values: Value) -> TempDir {
    let database = TestDatabase::sqlite().await;
    let server = Server::start(&config(&database.config(), json!({})));
    server.ready().await;
    let folder = templates().join(id);
    let text = std::fs::read_to_string(folder.join("template.yaml")).expect("template.yaml");
    let template = callboard_model::yaml::parse_one(&text, &Limits::default()).expect("YAML").value;
    let mut files = Vec::new();
    files_below(&folder, &folder, &mut files);
    let body = json!({"template": template, "values": values, "directoryContents": files});
    let url = format!("{}/api/scaffolder/v2/dry-run", server.base_url);
    let answer = server.http.post(url).bearer_auth(TOKEN).json(&body).send().await.expect("an answer");
    let status = answer.status();
    let result: Value = answer.json().await.expect("JSON");
    assert_eq!(status, 200, "{result}");
    let out = tempfile::tempdir().expect("a directory");
    for file in result["directoryContents"].as_array().expect("files") {
        let path = out.path().join(file["path"].as_str().expect("a path"));
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        let content = STANDARD.decode(file["base64Content"].as_str().expect("content")).expect("base64");
        std::fs::write(path, content).expect("writing");
    }
    assert!(!out.path().join("template.yaml").exists(), "only what the steps wrote is in the result");
    out
}

fn run(folder: &Path, program: &str, arguments: &[&str], environment: &[(&str, &str)]) {
    let output = Command::new(program)
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{program} can't be started: {error}"));
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{program} {arguments:?}:\n{}", String::from_utf8_lossy(&said));
}

fn text(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_service_builds_and_its_tests_pass() {
    let values = json!({
        "name": "harbour-lights", "description": "Says which lights are \"on\"", "owner": "group:default/booking-team",
        "system": "system:default/booking", "port": 8081, "tier": "2", "repoUrl": "github.com?owner=tidewater&repo=harbour-lights",
    });
    let folder = created("rust-service", values).await;
    assert!(text(folder.path(), ".github/workflows/ci.yaml").contains("${{ github.ref }}"));
    assert!(
        text(folder.path(), "catalog-info.yaml")
            .contains("github.com/project-slug: tidewater/harbour-lights")
    );
    let target = kept("rust-service");
    let target = target.to_str().expect("a path");
    let environment = [("CARGO_TARGET_DIR", target)];
    run(folder.path(), "cargo", &["fmt", "--check"], &environment);
    run(folder.path(), "cargo", &["test", "--quiet"], &environment);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nextjs_app_builds() {
    let values = json!({
        "name": "harbour-web", "description": "Shows it's {on}", "owner": "group:default/booking-team",
        "repoUrl": "github.com?owner=tidewater&repo=harbour-web",
    });
    let folder = created("nextjs-app", values).await;
    let environment = [("NEXT_TELEMETRY_DISABLED", "1")];
    run(folder.path(), "npm", &["install", "--no-audit", "--no-fund"], &environment);
    run(folder.path(), "npm", &["run", "build"], &environment);
    assert!(folder.path().join(".next/standalone/server.js").is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_docs_site_builds_without_a_warning() {
    let values = json!({
        "name": "handbook", "title": "Handbook: how we \"work\"", "owner": "group:default/platform-team",
        "sections": ["How we work", "On call & off"], "repoUrl": "github.com?owner=tidewater&repo=handbook",
    });
    let folder = created("docs-site", values).await;
    assert!(text(folder.path(), "docs/on-call-off.md").starts_with("# On call & off"));
    let tools = kept("mkdocs");
    if !tools.join("bin/mkdocs").exists() {
        run(&tools, "python3", &["-m", "venv", "."], &[]);
        run(&tools, "bin/pip", &["install", "--quiet", "mkdocs-techdocs-core"], &[]);
    }
    let mkdocs = tools.join("bin/mkdocs");
    run(folder.path(), mkdocs.to_str().expect("a path"), &["build", "--strict"], &[]);
    assert!(text(folder.path(), "site/on-call-off/index.html").contains("On call &amp; off"));
}

/// Its registry may be out of reach of those who run the tests, so this one is read and not built.
#[tokio::test(flavor = "multi_thread")]
async fn the_spring_boot_service_has_its_tree_and_a_well_formed_pom() {
    let values = json!({
        "name": "harbour-api", "description": "Ships & <containers>", "owner": "group:default/booking-team",
        "group": "com.tidewater", "javaVersion": 21, "port": 8082, "tier": "1",
        "repoUrl": "github.com?owner=tidewater&repo=harbour-api",
    });
    let folder = created("spring-boot-service", values).await;
    let package = "src/main/java/com/tidewater/harbourapi";
    for file in [&format!("{package}/Application.java"), &format!("{package}/AboutController.java")] {
        assert!(text(folder.path(), file).starts_with("package com.tidewater.harbourapi;"));
    }
    text(folder.path(), "src/test/java/com/tidewater/harbourapi/ApplicationTests.java");
    let pom = text(folder.path(), "pom.xml");
    let mut reader = quick_xml::Reader::from_str(&pom);
    let mut open = Vec::new();
    let mut said = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            quick_xml::events::Event::Start(start) => open.push(start.name().as_ref().to_owned()),
            quick_xml::events::Event::End(_) => drop(open.pop()),
            quick_xml::events::Event::Text(text) if open.len() == 2 => {
                said.push(String::from_utf8_lossy(&text).into_owned());
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "every element is closed");
    assert!(said.contains(&"harbour-api".to_owned()), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalog_entry_of_an_existing_repository_is_a_valid_entity() {
    let values = json!({
        "name": "old-thing", "description": "It's: old", "type": "library", "lifecycle": "deprecated",
        "owner": "group:default/data-team", "tags": ["legacy"], "hasDocs": true,
        "repoUrl": "github.com?owner=tidewater&repo=old-thing", "branch": "main",
    });
    let folder = created("add-to-catalog", values).await;
    let file = folder.path().join("catalog-info.yaml");
    let program = env!("CARGO_BIN_EXE_callboard");
    run(folder.path(), program, &["validate", file.to_str().expect("a path")], &[]);
    assert!(text(folder.path(), "catalog-info.yaml").contains("legacy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_around_writes_two_files_and_needs_nobody() {
    let folder =
        created("look-around", json!({"name": "first-try", "languages": ["Rust", "Go"], "pause": 0})).await;
    assert!(text(folder.path(), "README.md").contains("2. Go"));
    assert!(text(folder.path(), "catalog-info.yaml").contains("name: first-try"));
}
