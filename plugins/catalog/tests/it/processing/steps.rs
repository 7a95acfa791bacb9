//! The steps in their order, each with what it refuses and how it says so.

use serde_json::json;

use super::support::{World, children, component, component_value, error, location};

#[tokio::test]
async fn each_step_says_what_it_refuses_in_the_words_that_clients_know() {
    let world = World::new();
    let cases = [
        (
            json!({"kind": "Component", "metadata": {"name": "a"}}),
            "TypeError: <root> must have required property 'apiVersion' - missingProperty: apiVersion",
        ),
        (
            json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {}}),
            "TypeError: /metadata must have required property 'name' - missingProperty: name",
        ),
        (
            json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "a"},
                   "spec": {}, "relations": []}),
            "InputError: Policy check failed for component:default/a; caused by Error: Unknown field relations",
        ),
        (
            json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "a"},
                   "spec": {"type": "service", "lifecycle": "x"}}),
            "InputError: Processor BuiltinKindsEntityProcessor threw an error while validating the entity \
             component:default/a; caused by TypeError: /spec must have required property 'owner' - \
             missingProperty: owner",
        ),
        (
            json!({"apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template", "metadata": {"name": "a"},
                   "spec": {"type": "service"}}),
            "InputError: Processor ScaffolderEntitiesProcessor threw an error while validating the entity \
             template:default/a; caused by TypeError: /spec must have required property 'steps' - \
             missingProperty: steps",
        ),
        (
            json!({"apiVersion": "example.com/v1", "kind": "Component", "metadata": {"name": "a"}, "spec": {}}),
            "InputError: No processor recognized the entity component:default/a as valid, possibly caused by a \
             foreign kind or apiVersion",
        ),
    ];
    for (entity, want) in cases {
        let outcome = world.process(entity, "url:https://example.com/a.yaml").await;
        assert_eq!(error(&outcome), want);
        assert_eq!(outcome.completed, None);
        assert!(outcome.errors[0].location.is_some(), "{want}");
    }
}

#[tokio::test]
async fn an_entity_without_its_location_is_refused() {
    let world = World::new();
    let input = callboard_plugin_catalog::processing::ProcessingInput {
        entity: component_value("a"),
        location_key: None,
        cache: None,
    };
    let outcome = world.orchestrator.process(input).await;
    assert_eq!(
        error(&outcome),
        "Error: Entity 'component:default/a' does not have the annotation backstage.io/managed-by-location"
    );
}

#[tokio::test]
async fn a_valid_entity_is_completed_with_namespace_annotations_sorted_lists_and_relations() {
    let world = World::new();
    let mut entity = component_value("a");
    entity["spec"]["consumesApis"] = json!(["z", "b"]);
    let url = "https://github.com/acme/app/blob/main/catalog-info.yaml";
    let outcome = world.process(entity, &format!("url:{url}")).await;
    assert_eq!(outcome.errors, []);
    let completed = outcome.completed.unwrap();
    assert_eq!(completed["metadata"]["namespace"], "default");
    assert_eq!(completed["spec"]["consumesApis"], json!(["b", "z"]));
    assert_eq!(
        completed["metadata"]["annotations"],
        json!({
            "backstage.io/managed-by-location": format!("url:{url}"),
            "backstage.io/managed-by-origin-location": format!("url:{url}"),
            "backstage.io/view-url": url,
            "backstage.io/edit-url": "https://github.com/acme/app/edit/main/catalog-info.yaml",
            "backstage.io/source-location": "url:https://github.com/acme/app/tree/main/",
        })
    );
    let relations: Vec<String> = outcome
        .relations
        .iter()
        .map(|r| format!("{} {} {}", r.source_ref, r.relation_type, r.target_ref))
        .collect();
    assert_eq!(
        relations,
        [
            "api:default/b apiConsumedBy component:default/a",
            "api:default/z apiConsumedBy component:default/a",
            "component:default/a consumesApi api:default/b",
            "component:default/a consumesApi api:default/z",
            "component:default/a ownedBy group:default/team-a",
            "group:default/team-a ownerOf component:default/a",
        ]
    );
}

#[tokio::test]
async fn annotations_of_the_entity_win_over_those_that_are_added() {
    let world = World::new();
    let mut entity = component_value("a");
    entity["metadata"]["annotations"] = json!({"backstage.io/view-url": "https://example.com/own"});
    let outcome = world.process(entity, "url:https://github.com/acme/app/blob/main/a.yaml").await;
    let completed = outcome.completed.unwrap();
    assert_eq!(completed["metadata"]["annotations"]["backstage.io/view-url"], "https://example.com/own");
}

#[tokio::test]
async fn a_reference_that_cannot_be_read_fails_the_entity_and_names_the_field() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.yaml");
    std::fs::write(&file, format!("{}  \n---\n{}", component("other"), component("a"))).unwrap();
    let mut entity = component_value("a");
    entity["spec"]["dependsOn"] = json!(["playback-order"]);
    let outcome = World::new().process(entity, &format!("file:{}", file.display())).await;
    assert!(error(&outcome).starts_with(
        "InputError: Processor BuiltinKindsEntityProcessor threw an error while postprocessing the entity \
         component:default/a; caused by TypeError: /spec/dependsOn/0: Entity reference \"playback-order\""
    ));
}

#[tokio::test]
async fn a_fault_in_a_file_is_named_by_line_and_column() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.yaml");
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\n  tags: [ok, Not Ok]\n\
                spec:\n  type: service\n  lifecycle: x\n  owner: team-a\n";
    std::fs::write(&file, text).unwrap();
    let mut entity = component_value("a");
    entity["metadata"]["tags"] = json!(["ok", "Not Ok"]);
    let outcome = World::new().process(entity, &format!("file:{}", file.display())).await;
    assert_eq!(outcome.errors[0].location, Some(format!("{}:5:14", file.display())));
}

#[tokio::test]
async fn rules_are_checked_on_every_child_and_fail_the_whole_location() {
    let world = World::with(json!({"rules": [{"allow": ["Component", "Location"]}]})).text(
        "https://example.com/a.yaml",
        &format!(
            "{}---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: u}}\nspec: {{memberOf: []}}\n",
            component("a")
        ),
    );
    let outcome = world.read("url", "https://example.com/a.yaml").await;
    assert_eq!(
        error(&outcome),
        "NotAllowedError: Entity user:default/u at url:https://example.com/a.yaml, originated at \
         url:https://example.com/a.yaml, is not of an allowed kind for that location"
    );
}

#[tokio::test]
async fn rules_look_at_the_origin_and_not_at_the_file_that_was_read() {
    let rules = json!({"rules": [{"allow": ["Component"], "locations": [
        {"type": "url", "exact": "https://example.com/origin.yaml"}]}]});
    let world = World::with(rules).text("https://example.com/a.yaml", &component("a"));
    let mut entity = location(json!({"target": "https://example.com/a.yaml"}));
    let allowed = json!({"backstage.io/managed-by-origin-location": "url:https://example.com/origin.yaml"});
    entity["metadata"]["annotations"] = allowed;
    let outcome = world.process(entity, "url:https://example.com/b.yaml").await;
    assert_eq!(children(&outcome), ["component:default/a"]);
    let annotations = &outcome.deferred[0].entity["metadata"]["annotations"];
    assert_eq!(annotations["backstage.io/managed-by-location"], "url:https://example.com/a.yaml");
    assert_eq!(annotations["backstage.io/managed-by-origin-location"], "url:https://example.com/origin.yaml");
    assert_eq!(outcome.deferred[0].location_key.as_deref(), Some("url:https://example.com/a.yaml"));
}

#[tokio::test]
async fn processors_can_be_switched_off_and_moved() {
    let mut catalog = super::support::everything();
    catalog["processorOptions"] = json!({"AnnotateLocationEntityProcessor": {"disabled": true}});
    let outcome = World::with(catalog)
        .process(component_value("a"), "url:https://github.com/a/b/blob/main/c.yaml")
        .await;
    assert_eq!(outcome.completed.unwrap()["metadata"]["annotations"]["backstage.io/view-url"], json!(null));

    let mut catalog = super::support::everything();
    catalog["disableDefaultProcessors"] = json!(true);
    let world = World::with(catalog).text("https://example.com/a.yaml", &component("a"));
    assert!(world.process(component_value("a"), "url:https://example.com/a.yaml").await.ok);
    let outcome = world.read("url", "https://example.com/a.yaml").await;
    assert_eq!(
        error(&outcome),
        "InputError: No processor was able to handle reading of url:https://example.com/a.yaml"
    );
}
