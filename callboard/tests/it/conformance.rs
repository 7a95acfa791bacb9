//! Every recorded request is answered as a real Backstage answered it, on both databases.

use std::path::{Path, PathBuf};

use callboard_conformance::run::{Options, run};
use callboard_testkit::{TestDatabase, eventually};
use serde_json::json;

use crate::files;
use crate::server::{Server, TOKEN};

/// The areas whose plugins are here. Cases change what is there, so their order counts.
const AREAS: &[&str] = &["root", "app", "catalog", "user-settings", "auth", "permission", "scaffolder"];
/// What the recorded server had ingested.
const ENTITIES: u64 = 84;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance").canonicalize().expect("conformance/")
}

async fn answers_like_backstage(database: TestDatabase) {
    let folder = folder();
    let catalog = folder.join("catalog");
    files::serve(catalog.clone(), "127.0.0.1:8099").await;
    let text = std::fs::read_to_string(folder.join("config.yaml")).expect("config.yaml");
    let text = text.replace("{{catalog}}", &catalog.to_string_lossy()).replace("${CONFORMANCE_TOKEN}", TOKEN);
    let scratch = tempfile::tempdir().expect("a temporary directory");
    let config = scratch.path().join("app-config.yaml");
    std::fs::write(&config, text).expect("writing the configuration");
    let overrides = json!({"backend": {
        "listen": "127.0.0.1:0",
        "database": serde_json::from_str::<serde_json::Value>(&database.config()).expect("a section"),
    }});
    let server = Server::start_with_files(&overrides, &[&config]);
    server.ready().await;
    eventually("the recorded catalog is there", || async { server.count().await == ENTITIES }).await;
    let outcome = run(&Options {
        base_url: server.base_url.clone(),
        token: TOKEN.to_owned(),
        catalog: catalog.to_string_lossy().into_owned(),
        files: AREAS.iter().map(|area| folder.join(format!("cases/{area}.json"))).collect(),
        wait: 0.2,
        ..Options::default()
    })
    .await
    .expect("a run");
    let report: Vec<String> = outcome
        .failed
        .iter()
        .map(|failure| {
            format!("{}: {}\n    {}", failure.name, failure.request, failure.faults.join("\n    "))
        })
        .collect();
    assert!(report.is_empty(), "{} passed, {} failed\n{}", outcome.passed, report.len(), report.join("\n"));
    assert!(outcome.passed > 150, "only {} cases ran", outcome.passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_requests_are_answered_the_same_on_sqlite() {
    answers_like_backstage(TestDatabase::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_requests_are_answered_the_same_on_postgresql() {
    answers_like_backstage(TestDatabase::postgres().await).await;
}
