//! What a Location names and how it is read.

use serde_json::json;

use super::support::{Answer, World, children, component, error, location};

#[tokio::test]
async fn targets_of_a_url_location_are_relative_to_its_file() {
    let base = "https://github.com/acme/app/blob/main/all.yaml";
    let world = World::new()
        .text("https://github.com/acme/app/tree/main/a.yaml", &component("a"))
        .text("https://github.com/acme/app/tree/main/deep/b.yaml", &component("b"))
        .text("https://example.com/c.yaml", &component("c"));
    let spec = json!({"target": "./a.yaml", "targets": ["deep/b.yaml", "https://example.com/c.yaml"]});
    let outcome = world.process(location(spec), &format!("url:{base}")).await;
    assert_eq!(outcome.errors, []);
    assert_eq!(children(&outcome), ["component:default/a", "component:default/b", "component:default/c"]);
    assert_eq!(
        outcome.refresh_keys,
        [
            "url:https://example.com/c.yaml",
            "url:https://github.com/acme/app/tree/main/a.yaml",
            "url:https://github.com/acme/app/tree/main/deep/b.yaml",
        ]
    );
}

#[tokio::test]
async fn targets_of_a_file_location_are_relative_to_its_file_and_may_be_patterns() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("x/deep")).unwrap();
    for (file, name) in [("x/a.yaml", "a"), ("x/b.yaml", "b"), ("x/deep/c.yaml", "c")] {
        std::fs::write(dir.path().join(file), component(name)).unwrap();
    }
    let base = format!("file:{}", dir.path().join("all.yaml").display());
    let cases = [
        (json!({"target": "./x/a.yaml"}), vec!["component:default/a"]),
        (json!({"target": "x/a.yaml"}), vec!["component:default/a"]),
        (json!({"target": "./x/../x/./a.yaml"}), vec!["component:default/a"]),
        (json!({"target": "./x/*.yaml"}), vec!["component:default/a", "component:default/b"]),
        (
            json!({"targets": ["./x/**/*.yaml"]}),
            vec!["component:default/a", "component:default/b", "component:default/c"],
        ),
        (json!({}), vec![]),
        (json!({"target": "./no/*.yaml", "presence": "optional"}), vec![]),
        (json!({"target": "./no.yaml", "presence": "optional"}), vec![]),
    ];
    for (spec, want) in cases {
        let outcome = World::new().process(location(spec.clone()), &base).await;
        assert_eq!(outcome.errors, [], "{spec}");
        assert_eq!(children(&outcome), want, "{spec}");
    }
    let outcome = World::new().process(location(json!({"target": "./x/a.yaml"})), &base).await;
    let file = dir.path().join("x/a.yaml").display().to_string();
    assert_eq!(outcome.refresh_keys, [format!("file:{file}")]);
    assert_eq!(outcome.deferred[0].location_key, Some(format!("file:{file}")));
}

#[tokio::test]
async fn what_is_required_and_missing_is_an_error_that_names_it() {
    let base = "file:/nowhere/all.yaml";
    let cases = [
        (json!({"target": "./no.yaml"}), base, "NotFoundError: file /nowhere/no.yaml does not exist"),
        (json!({"target": "./no/*.yaml"}), base, "NotFoundError: file /nowhere/no/*.yaml does not exist"),
        (
            json!({"target": "https://example.com/no.yaml"}),
            "url:https://example.com/all.yaml",
            "NotFoundError: Unable to read url, no matching files found for https://example.com/no.yaml",
        ),
        (
            json!({"target": "./folder/"}),
            base,
            "InputError: A file location cannot have the target './folder/', which ends with a path separator: \
             name a file, or a pattern such as './folder/*.yaml'",
        ),
        (
            json!({"type": "s3", "target": "x"}),
            "s3:y",
            "InputError: No processor was able to handle reading of s3:x",
        ),
    ];
    for (spec, at, want) in cases {
        assert_eq!(error(&World::new().process(location(spec), at).await), want);
    }
}

#[tokio::test]
async fn a_pattern_in_a_url_gives_each_match_its_own_location() {
    let pattern = "https://github.com/acme/app/blob/main/**/catalog-info.yaml";
    let one = "https://github.com/acme/app/blob/main/x/catalog-info.yaml";
    let two = "https://github.com/acme/app/blob/main/y/catalog-info.yaml";
    let files = vec![(one.to_owned(), component("a")), (two.to_owned(), component("b"))];
    let world = World::new().answer(pattern, Answer::Files(files));
    let outcome = world.read("url", pattern).await;
    let keys: Vec<_> = outcome.deferred.iter().map(|child| child.location_key.clone().unwrap()).collect();
    assert_eq!(keys, [format!("url:{one}"), format!("url:{two}")]);
}

#[tokio::test]
async fn a_location_that_lists_its_own_file_does_not_emit_itself() {
    let url = "https://example.com/all.yaml";
    let own = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: root}\nspec: {target: ./all.yaml}\n";
    let outcome = World::new()
        .text(url, own)
        .process(location(json!({"target": "./all.yaml"})), &format!("url:{url}"))
        .await;
    assert!(outcome.ok);
    assert_eq!(children(&outcome), [] as [&str; 0]);
}

#[tokio::test]
async fn an_entity_twice_in_one_file_is_emitted_once_as_the_last_one_says() {
    let text = format!("{}---\n{}", component("a"), component("a").replace("production", "experimental"));
    let outcome = World::new()
        .text("https://example.com/a.yaml", &text)
        .read("url", "https://example.com/a.yaml")
        .await;
    assert_eq!(children(&outcome), ["component:default/a"]);
    assert_eq!(outcome.deferred[0].entity["spec"]["lifecycle"], "experimental");
}

#[tokio::test]
async fn one_broken_document_fails_the_file_and_is_named_by_its_place() {
    let cases = [
        ("just a string\n", "Error: Expected object at root, got string", ":1:1"),
        ("- a\n- b\n", "Error: Expected object at root, got array", ":1:1"),
        (
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nspec: {}\n",
            "TypeError: <root> must have required property 'metadata' - missingProperty: metadata",
            ":2:1",
        ),
        ("a: {b\n", "Error: YAML error at url:https://example.com/a.yaml, ", ":"),
    ];
    for (text, want, place) in cases {
        let url = "https://example.com/a.yaml";
        let outcome =
            World::new().text(url, &format!("{text}---\n{}", component("ok"))).read("url", url).await;
        let message = error(&outcome);
        assert!(message.starts_with(want), "{message}");
        let at = outcome.errors[0].location.clone().unwrap();
        assert!(at.starts_with(&format!("{url}{place}")), "{at}");
    }
}

#[tokio::test]
async fn empty_documents_and_comments_are_skipped() {
    let text = format!("# only a comment\n---\n---\n{}---\n", component("a"));
    let outcome = World::new()
        .text("https://example.com/a.yaml", &text)
        .read("url", "https://example.com/a.yaml")
        .await;
    assert_eq!(outcome.errors, []);
    assert_eq!(children(&outcome), ["component:default/a"]);
}
