//! `$text`, `$json`, `$yaml`, `$openapi`, `$asyncapi` in entities.

use callboard_kit::url_reader::ReadError;
use serde_json::{Value, json};

use super::support::{Answer, World, component_value, error};

const BASE: &str = "https://github.com/acme/app/blob/main/catalog-info.yaml";

fn api(definition: Value) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "API", "metadata": {"name": "a"},
        "spec": {"type": "openapi", "lifecycle": "x", "owner": "o", "definition": definition},
    })
}

#[tokio::test]
async fn a_placeholder_is_replaced_by_what_it_names() {
    let world = World::new()
        .text("https://github.com/acme/app/tree/main/api.yaml", "a: 1\n")
        .text("https://github.com/acme/app/tree/main/deep/x.json", r#"[{"url": "https://example.com"}]"#)
        .text("https://github.com/acme/app/tree/main/root.yaml", "key: [1, two]\n");
    let mut entity = api(json!({"$text": "./api.yaml"}));
    entity["metadata"]["links"] = json!({"$json": "deep/x.json"});
    entity["spec"]["list"] = json!([{"$yaml": "/root.yaml"}, "kept"]);
    let outcome = world.process(entity, &format!("url:{BASE}")).await;
    assert_eq!(outcome.errors, []);
    let completed = outcome.completed.unwrap();
    assert_eq!(completed["spec"]["definition"], "a: 1\n");
    assert_eq!(completed["metadata"]["links"], json!([{"url": "https://example.com"}]));
    assert_eq!(completed["spec"]["list"], json!([{"key": [1, "two"]}, "kept"]));
    assert_eq!(
        outcome.refresh_keys,
        [
            "url:https://github.com/acme/app/tree/main/api.yaml",
            "url:https://github.com/acme/app/tree/main/deep/x.json",
            "url:https://github.com/acme/app/tree/main/root.yaml",
        ]
    );
}

#[tokio::test]
async fn what_only_looks_like_a_placeholder_is_left_alone() {
    let cases = [
        json!({"$ref": "#/definitions/node"}),
        json!({"$text": "./a", "other": 1}),
        json!({"$text": "./a", "$json": "./b"}),
        json!({"$text": {"nested": true}}),
        json!({"$unknown": "./a"}),
        json!({"$defs": {"x": {"$text": "./inside-a-schema"}}}),
    ];
    for value in cases {
        let mut entity = component_value("a");
        entity["spec"]["extra"] = value.clone();
        let world = World::new();
        let outcome = world.process(entity, &format!("url:{BASE}")).await;
        assert_eq!(outcome.completed.unwrap()["spec"]["extra"], value);
        assert_eq!(world.urls.requests(), []);
    }
}

#[tokio::test]
async fn a_placeholder_that_cannot_be_replaced_says_why_and_where() {
    let world = World::new()
        .text("https://github.com/acme/app/tree/main/broken.json", "{")
        .text("https://github.com/acme/app/tree/main/two.yaml", "a: 1\n---\nb: 2\n")
        .answer(
            "https://github.com/acme/app/tree/main/slow",
            Answer::Fails(ReadError::Failed("the host answered 502".to_owned())),
        );
    let cases = [
        (
            json!({"$text": "./gone"}),
            BASE,
            "could not read location https://github.com/acme/app/tree/main/gone",
        ),
        (json!({"$text": "./slow"}), BASE, "the host answered 502"),
        (json!({"$json": "./broken.json"}), BASE, "failed to parse JSON data at ./broken.json"),
        (json!({"$yaml": "./two.yaml"}), BASE, "a second document starts here"),
        (
            json!({"$text": "../up"}),
            "/srv/catalog-info.yaml",
            "could not form a URL out of /srv/catalog-info.yaml",
        ),
    ];
    for (definition, base, want) in cases {
        let kind = if base.starts_with('/') { "file" } else { "url" };
        let outcome = world.process(api(definition), &format!("{kind}:{base}")).await;
        let message = error(&outcome);
        assert!(
            message
                .starts_with("InputError: Processor PlaceholderProcessor threw an error while preprocessing")
        );
        assert!(message.contains(want), "{message}");
        assert!(outcome.errors[0].location.is_some());
    }
}

#[tokio::test]
async fn text_json_and_yaml_stay_in_the_repository_of_the_entity() {
    let other = "https://github.com/acme/secrets/blob/main/x.yaml";
    let world = World::new().text(other, "secret: 1\n").text("https://example.com/public.yaml", "public");
    for key in ["$text", "$json", "$yaml"] {
        let outcome = world.process(api(json!({key: other})), &format!("url:{BASE}")).await;
        assert!(
            error(&outcome)
                .contains("Placeholder may only reference files from the same repository as the entity")
        );
    }
    assert_eq!(world.urls.requests(), [], "nothing was read");
    // A URL that belongs to no source host is for `backend.reading.allow` to judge.
    let outcome =
        world.process(api(json!({"$text": "https://example.com/public.yaml"})), &format!("url:{BASE}")).await;
    assert_eq!(outcome.completed.unwrap()["spec"]["definition"], "public");
    // Specifications are put together across repositories.
    let outcome = world.process(api(json!({"$openapi": other})), &format!("url:{BASE}")).await;
    assert_eq!(outcome.completed.unwrap()["spec"]["definition"], "secret: 1\n");
}

#[tokio::test]
async fn an_openapi_document_gets_its_files_built_in() {
    let at = |file: &str| format!("https://github.com/acme/app/tree/main/{file}");
    let world = World::new()
        .text(
            &at("api.yaml"),
            "openapi: 3.0.0\npaths:\n  /pets: {$ref: './paths/pets.yaml'}\n  /own: {$ref: '#/components/x'}\n\
             components:\n  x: {a: 1}\n  pet: {$ref: './schemas.yaml#/Pet'}\n",
        )
        .text(
            &at("paths/pets.yaml"),
            "get: {schema: {$ref: '../schemas.yaml#/Pet'}, back: {$ref: '../api.yaml#/components/x'}}\n",
        )
        .text(
            &at("schemas.yaml"),
            "Pet: {parent: {$ref: '#/Pet'}, tag: {$ref: '#/Tag'}}\nTag: {type: string}\n",
        );
    let outcome = world.process(api(json!({"$openapi": "./api.yaml"})), &format!("url:{BASE}")).await;
    assert_eq!(outcome.errors, []);
    let completed = outcome.completed.unwrap();
    let text = completed["spec"]["definition"].as_str().unwrap();
    let document = callboard_model::yaml::parse_one(text, &Default::default()).unwrap().value;
    let pet = "#/paths/~1pets/get/schema";
    assert_eq!(
        document,
        json!({
            "openapi": "3.0.0",
            "paths": {
                "/pets": {"get": {
                    "schema": {"parent": {"$ref": pet}, "tag": {"type": "string"}},
                    "back": {"$ref": "#/components/x"},
                }},
                "/own": {"$ref": "#/components/x"},
            },
            "components": {"x": {"a": 1}, "pet": {"$ref": pet}},
        })
    );
    assert_eq!(outcome.refresh_keys.len(), 3);
}

#[tokio::test]
async fn a_document_without_foreign_references_keeps_its_own_text() {
    let text = "# a comment\nasyncapi: 2.0.0\nx: {$ref: '#/y'}\ny: 1\n";
    let world = World::new().text("https://github.com/acme/app/tree/main/a.yaml", text);
    let outcome = world.process(api(json!({"$asyncapi": "./a.yaml"})), &format!("url:{BASE}")).await;
    assert_eq!(outcome.completed.unwrap()["spec"]["definition"], text);
}

#[tokio::test]
async fn a_reference_to_nothing_is_named() {
    let world = World::new()
        .text("https://github.com/acme/app/tree/main/a.yaml", "x: {$ref: './b.yaml#/Gone'}\n")
        .text("https://github.com/acme/app/tree/main/b.yaml", "Here: 1\n");
    let outcome = world.process(api(json!({"$openapi": "./a.yaml"})), &format!("url:{BASE}")).await;
    assert!(error(&outcome).contains("'./b.yaml#/Gone' names nothing"));
}

#[tokio::test]
async fn a_bundle_has_limits() {
    // Each file refers to two parts of the next: without limits the result doubles with every file.
    let mut world = World::new();
    for number in 0..40 {
        let next = number + 1;
        let text = format!(
            "p0: {{a: {{$ref: './{next}.yaml#/p0'}}, b: {{$ref: './{next}.yaml#/p1'}}}}\n\
             p1: {{a: {{$ref: './{next}.yaml#/p0'}}, b: {{$ref: './{next}.yaml#/p1'}}}}\n"
        );
        world = world.text(&format!("https://github.com/acme/app/tree/main/{number}.yaml"), &text);
    }
    world = world.text("https://github.com/acme/app/tree/main/40.yaml", "p0: 1\np1: 2\n");
    let outcome = world.process(api(json!({"$openapi": "./0.yaml"})), &format!("url:{BASE}")).await;
    assert_eq!(outcome.errors, [], "shared parts stand once and are pointed to");
    let completed = outcome.completed.unwrap();
    assert!(completed["spec"]["definition"].as_str().unwrap().len() < 100_000);

    let mut world = World::new();
    for number in 0..300 {
        let text = format!("next: {{$ref: './{}.yaml'}}\n", number + 1);
        world = world.text(&format!("https://github.com/acme/app/tree/main/{number}.yaml"), &text);
    }
    let outcome = world.process(api(json!({"$openapi": "./0.yaml"})), &format!("url:{BASE}")).await;
    assert!(error(&outcome).contains("nest deeper"), "{}", error(&outcome));
}

#[tokio::test]
async fn an_entity_has_a_limited_number_of_placeholders() {
    let mut entity = component_value("a");
    entity["spec"]["list"] = (0..501).map(|number| json!({"$text": format!("./{number}")})).collect();
    let world = World::new();
    let outcome = world.process(entity, &format!("url:{BASE}")).await;
    assert!(error(&outcome).contains("at most 500"));
    assert_eq!(world.urls.requests(), []);
}

#[tokio::test]
async fn one_source_is_read_once_for_an_entity_and_conditionally_the_next_time() {
    let url = "https://github.com/acme/app/tree/main/a.yaml";
    let world = World::new().answer(url, Answer::Tagged("v1".to_owned(), "text".to_owned()));
    let mut entity = api(json!({"$text": "./a.yaml"}));
    entity["spec"]["again"] = json!({"$text": "./a.yaml"});
    let first = world.process(entity.clone(), &format!("url:{BASE}")).await;
    let second = world.process_cached(entity, &format!("url:{BASE}"), first.cache.clone()).await;
    assert_eq!(second.completed, first.completed);
    assert_eq!(second.cache, first.cache, "an unchanged source changes nothing that is stored");
    assert_eq!(world.urls.requests(), [(url.to_owned(), None), (url.to_owned(), Some("v1".to_owned()))]);
}
