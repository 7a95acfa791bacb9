//! Dry runs: everything below a location, in the order and with the errors that Backstage gives.

use callboard_plugin_catalog::processing::{DryRunError, dry_run};
use serde_json::{Value, json};

use super::support::{World, component, location_ref};

const SITE: &str = "http://localhost:8099/url";

fn world() -> World {
    let rules = json!({"rules": [{"allow": ["Component", "System", "API", "Resource", "Location"]}]});
    let location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: url-two}\n\
                    spec: {targets: [./one.yaml, ./three.yaml]}\n---\n";
    World::with(rules)
        .text(&format!("{SITE}/one.yaml"), &component("url-one"))
        .text(&format!("{SITE}/two.yaml"), &format!("{location}{}", component("url-two-comp")))
        .text(&format!("{SITE}/three.yaml"), &component("url-three"))
        .text(
            &format!("{SITE}/bad.yaml"),
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: url-bad}\nspec: {type: service}\n",
        )
        .text(
            &format!("{SITE}/user.yaml"),
            "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: url-user}\nspec: {memberOf: []}\n",
        )
        .text(&format!("{SITE}/twice.yaml"), &format!("{}---\n{}", component("a"), component("a")))
        .text(&format!("{SITE}/cycle.yaml"), &location.replace("./one.yaml, ./three.yaml", "./other.yaml"))
        .text(
            &format!("{SITE}/other.yaml"),
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: other}\nspec: {target: ./cycle.yaml}\n",
        )
}

async fn run(world: &World, file: &str) -> Result<Vec<Value>, DryRunError> {
    dry_run(&world.orchestrator, &location_ref(&format!("url:{SITE}/{file}"))).await
}

#[tokio::test]
async fn everything_below_the_location_comes_back_in_backstages_order() {
    let world = world();
    let names = |entities: Vec<Value>| -> Vec<String> {
        entities.iter().map(|entity| entity["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        names(run(&world, "two.yaml").await.unwrap()),
        [
            "generated-14ab61d183a300a2704118fc6931a29240e30e27",
            "url-two-comp",
            "url-two",
            "url-three",
            "url-one"
        ]
    );
    let entities = run(&world, "one.yaml").await.unwrap();
    let reference = format!("url:{SITE}/one.yaml");
    assert_eq!(
        entities[0],
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Location",
            "metadata": {
                "annotations": {
                    "backstage.io/managed-by-location": reference,
                    "backstage.io/managed-by-origin-location": reference,
                    "backstage.io/view-url": format!("{SITE}/one.yaml"),
                },
                "name": "generated-ec8e452ccdf28645e165f3be40640e603a639f6c",
                "namespace": "default",
            },
            "spec": {"type": "url", "target": format!("{SITE}/one.yaml")},
        })
    );
}

#[tokio::test]
async fn any_fault_below_the_location_is_the_answer() {
    let cases = [
        (
            "bad.yaml",
            "InputError: Processor BuiltinKindsEntityProcessor threw an error while validating the entity \
             component:default/url-bad; caused by TypeError: /spec must have required property 'lifecycle' - \
             missingProperty: lifecycle"
                .to_owned(),
        ),
        (
            "missing.yaml",
            format!("NotFoundError: Unable to read url, no matching files found for {SITE}/missing.yaml"),
        ),
        (
            "user.yaml",
            format!(
                "NotAllowedError: Entity user:default/url-user at url:{SITE}/user.yaml, originated at \
                 url:{SITE}/user.yaml, is not of an allowed kind for that location"
            ),
        ),
        ("twice.yaml", "Duplicate nested entity: component:default/a".to_owned()),
        ("cycle.yaml", "Duplicate nested entity: location:default/url-two".to_owned()),
    ];
    let world = world();
    for (file, want) in cases {
        assert_eq!(run(&world, file).await.unwrap_err().to_string(), want, "{file}");
    }
}

#[tokio::test]
async fn all_faults_are_listed_with_the_entity_at_which_they_arose() {
    let bad = |name: &str| component(name).replace("owner: team-a", "owner: ''");
    let world = World::new().text(
        &format!("{SITE}/many.yaml"),
        &format!("{}---\n{}---\n{}", bad("a"), component("good"), bad("b")),
    );
    let Err(DryRunError::Faults(faults)) = run(&world, "many.yaml").await else {
        panic!("faults were expected")
    };
    let refs: Vec<_> = faults.iter().map(|fault| fault.entity_ref.as_str()).collect();
    assert_eq!(refs, ["component:default/b", "component:default/a"]);
}
