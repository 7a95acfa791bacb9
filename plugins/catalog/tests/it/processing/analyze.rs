//! What analyzing a location finds and proposes.

use async_trait::async_trait;
use callboard_model::LocationRef;
use callboard_plugin_catalog::analyze::{AnalyzeError, Analyzer, RegisteredLocations, Request};
use serde_json::{Value, json};

use super::support::{World, component};

struct Registered(&'static str);

#[async_trait]
impl RegisteredLocations for Registered {
    async fn is_registered(&self, location: &LocationRef) -> Result<bool, String> {
        Ok(location.target == self.0)
    }
}

async fn analyze(world: &World, target: &str, filename: Option<&str>) -> Result<Value, AnalyzeError> {
    let analyzer = Analyzer {
        orchestrator: &world.orchestrator,
        urls: world.urls.as_ref(),
        integrations: &world.integrations,
        registered: &Registered("https://github.com/acme/app/blob/HEAD/catalog-info.yaml"),
    };
    analyzer.analyze(Request { target, catalog_filename: filename }).await
}

#[tokio::test]
async fn a_repository_without_catalog_file_gets_a_proposal() {
    let cases = [
        ("http://localhost:8099/url/one.yaml", "one.yaml", None),
        ("https://github.com/acme/app", "app", Some(("github.com/project-slug", "acme/app"))),
        ("https://github.com/acme/app.git", "app", Some(("github.com/project-slug", "acme/app"))),
        ("https://github.com/acme/app/tree/main/docs", "app", Some(("github.com/project-slug", "acme/app"))),
        ("https://gitlab.com/group/sub/app", "app", Some(("gitlab.com/project-slug", "group/sub/app"))),
        ("https://bitbucket.org/ws/app", "app", Some(("bitbucket.org/project-slug", "ws/app"))),
        ("https://example.com/group/app.git", "app", None),
        ("https://example.com/group/app/-/blob/main/x.yaml", "app", None),
        ("https://example.com", "example.com", None),
    ];
    let world = World::new();
    for (target, name, annotation) in cases {
        let answer = analyze(&world, target, None).await.unwrap();
        assert_eq!(answer["existingEntityFiles"], json!([]), "{target}");
        let generated = &answer["generateEntities"][0];
        assert_eq!(generated["fields"], json!([]));
        let mut want = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": name},
            "spec": {"type": "other", "lifecycle": "unknown"},
        });
        if let Some((key, slug)) = annotation {
            want["metadata"]["annotations"] = json!({key: slug});
        }
        assert_eq!(generated["entity"], want, "{target}");
    }
}

#[tokio::test]
async fn a_catalog_file_that_is_there_is_found_with_its_entities() {
    let world = World::new()
        .text("https://github.com/acme/app/blob/HEAD/catalog-info.yaml", &component("a"))
        .text("https://gitlab.com/acme/app/-/blob/HEAD/.portal/own.yaml", &component("b"));
    let answer = analyze(&world, "https://github.com/acme/app", None).await.unwrap();
    assert_eq!(answer["generateEntities"], json!([]));
    let files = answer["existingEntityFiles"].as_array().unwrap();
    let found: Vec<_> = files.iter().map(|file| (&file["isRegistered"], &file["entity"]["kind"])).collect();
    assert_eq!(found, [(&json!(true), &json!("Location")), (&json!(true), &json!("Component"))]);
    let world = world.text("https://github.com/acme/app/blob/dev/catalog-info.yaml", &component("c"));
    let answer = analyze(&world, "https://github.com/acme/app/tree/dev", None).await.unwrap();
    assert_eq!(
        answer["existingEntityFiles"][1]["entity"]["metadata"]["name"], "c",
        "at the branch that is named"
    );
    let answer = analyze(&world, "https://gitlab.com/acme/app", Some(".portal/own.yaml")).await.unwrap();
    assert_eq!(answer["existingEntityFiles"][1]["isRegistered"], false);
    assert_eq!(
        answer["existingEntityFiles"][1]["location"],
        json!({"type": "url", "target": "https://gitlab.com/acme/app/-/blob/HEAD/.portal/own.yaml"})
    );
}

#[tokio::test]
async fn a_repository_that_cannot_be_read_or_holds_nonsense_still_gets_a_proposal() {
    let world = World::new().text("https://github.com/acme/app/blob/HEAD/catalog-info.yaml", "- nonsense");
    let answer = analyze(&world, "https://github.com/acme/app", None).await.unwrap();
    assert_eq!(answer["generateEntities"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_filename_that_would_make_another_url_is_not_looked_for() {
    for filename in ["../../../other/repo/blob/main/x.yaml", "**/*.yaml", "x.yaml?ref=y", "x%2F..%2Fy", "x#y"]
    {
        let world = World::new();
        let answer = analyze(&world, "https://github.com/acme/app", Some(filename)).await.unwrap();
        assert_eq!(answer["existingEntityFiles"], json!([]));
        assert_eq!(world.urls.requests(), [], "{filename}");
    }
}

#[tokio::test]
async fn what_is_no_url_is_refused() {
    for target in ["nope", "", "github.com/acme/app"] {
        assert_eq!(analyze(&World::new(), target, None).await.unwrap_err(), AnalyzeError::NotAUrl);
    }
}
