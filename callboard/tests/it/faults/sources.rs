//! Sources that misbehave: what was read last stays, the error stands at the location, the others go on, and
//! everything is up to date again once the source is well.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use callboard_testkit::{TestDatabase, eventually, eventually_within};
use serde_json::{Value, json};

use super::census::{assert_sound, failed};
use super::source::{Behaviour, RETRY_AFTER, Source};
use crate::server::{self, Server};

const COMPONENTS: usize = 10;
/// A read may take 30 s.
const AFTER_A_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_BYTES: u64 = 1024 * 1024;

/// Each misbehaviour with its file and a part of the error that must stand at its location; none where it is no error.
const FAULTS: &[(&str, Behaviour, Option<&str>)] = &[
    ("hangs", Behaviour::Hangs, Some("did not answer within 30s")),
    ("stalls", Behaviour::Stalls, Some("did not answer within 30s")),
    ("breaks", Behaviour::Breaks, Some("could not be read")),
    ("binary", Behaviour::Binary, Some("YAML error")),
    ("html", Behaviour::Html, Some("")),
    ("broken-yaml", Behaviour::BrokenYaml, Some("YAML error")),
    ("fails", Behaviour::Fails, Some("500")),
    ("missing", Behaviour::Missing, Some("no matching files found")),
    ("huge", Behaviour::Huge, Some("larger than the limit of 1048576 bytes")),
    ("endless", Behaviour::Endless, Some("larger than the limit of 1048576 bytes")),
    ("not-modified", Behaviour::NotModified, None),
    ("well", Behaviour::Well, None),
];

fn config(database: &TestDatabase, source: &Source, names: &[&str]) -> Value {
    let locations: Vec<Value> =
        names.iter().map(|name| json!({"type": "url", "target": source.url(name)})).collect();
    server::config(
        &database.config(),
        json!({
            "backend": {"reading": {"allow": [{"host": source.host}], "maxBytes": MAX_BYTES}},
            "catalog": {"processingInterval": {"seconds": 1}, "locations": locations},
        }),
    )
}

/// The components of one file by name.
async fn components(server: &Server, name: &str) -> BTreeMap<String, Value> {
    let (status, entities) = server.get("/api/catalog/entities?filter=kind=component").await;
    assert_eq!(status, 200, "{entities}");
    let of_file = |entity: &&Value| {
        let full = entity["metadata"]["name"].as_str().unwrap_or_default();
        full.rsplit_once('-').is_some_and(|(file, _)| file == name)
    };
    let list = entities.as_array().expect("a list of entities").iter().filter(of_file);
    list.map(|entity| (entity["metadata"]["name"].to_string(), entity.clone())).collect()
}

fn uids(components: &BTreeMap<String, Value>) -> Vec<&Value> {
    components.values().map(|entity| &entity["metadata"]["uid"]).collect()
}

/// Whether all components of the file are there, related, no orphans, and of this generation.
async fn is_well(server: &Server, name: &str, generation: u64) -> bool {
    let components = components(server, name).await;
    components.len() == COMPONENTS
        && components.values().all(|entity| {
            let metadata = &entity["metadata"];
            metadata["labels"]["generation"].as_str().and_then(|text| text.parse().ok()) == Some(generation)
                && metadata["annotations"]["backstage.io/orphan"].is_null()
                && entity["relations"].as_array().is_some_and(|relations| relations.len() == 3)
        })
}

/// The location entity of a file.
async fn location(server: &Server, source: &Source, name: &str) -> Value {
    let path = format!("/api/catalog/entities?filter=kind=location,spec.target={}", source.url(name));
    server.get(&path).await.1[0].clone()
}

/// The errors that a reader of the entity sees.
fn errors(entity: &Value) -> Vec<&str> {
    let items = entity["status"]["items"].as_array();
    items.into_iter().flatten().filter_map(|item| item["message"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_misbehaves_changes_nothing_and_is_up_to_date_once_it_is_well() {
    let names: Vec<&str> = FAULTS.iter().map(|(name, ..)| *name).collect();
    let database = TestDatabase::sqlite().await;
    let source = Source::start(COMPONENTS).await;
    let config = config(&database, &source, &names);
    let server = Server::start(&config);
    server.ready().await;
    let mut before = BTreeMap::new();
    for name in &names {
        eventually(&format!("{name} has been read"), || is_well(&server, name, 0)).await;
    }
    for name in &names {
        before.insert(*name, components(&server, name).await);
    }

    for (name, behaviour, _) in FAULTS {
        source.set(name, *behaviour);
    }
    source.set_generation(1);
    eventually("a well source is read while others hang", || is_well(&server, "well", 1)).await;
    let mut failing = BTreeSet::new();
    for (name, _, error) in FAULTS {
        let Some(error) = error else { continue };
        eventually_within(AFTER_A_TIMEOUT, &format!("{name} has its error"), || async {
            errors(&location(&server, &source, name).await).iter().any(|message| message.contains(error))
        })
        .await;
        let entity = location(&server, &source, name).await;
        failing.insert(format!("location:default/{}", entity["metadata"]["name"].as_str().expect("a name")));
    }
    assert_eq!(failed(&server).await, failing);
    for (name, ..) in FAULTS.iter().filter(|(name, ..)| *name != "well") {
        assert_eq!(components(&server, name).await, before[name], "{name} is as it was");
    }
    assert!(source.most_sent() < 64 * MAX_BYTES, "{} bytes were taken", source.most_sent());
    assert!(server.peak_memory() < 512 << 20, "{} bytes of memory", server.peak_memory());
    server.kill();

    let server = Server::start(&config);
    server.ready().await;
    for (name, ..) in FAULTS.iter().filter(|(name, ..)| *name != "well") {
        let now = components(&server, name).await;
        assert_eq!(uids(&now), uids(&before[name]), "{name} is there after a restart without its source");
    }
    source.set_generation(2);
    for name in &names {
        source.set(name, Behaviour::Well);
    }
    for name in &names {
        eventually_within(AFTER_A_TIMEOUT, &format!("{name} is up to date"), || is_well(&server, name, 2))
            .await;
        assert_eq!(uids(&components(&server, name).await), uids(&before[name]), "{name} has kept its uids");
        assert_eq!(
            errors(&location(&server, &source, name).await),
            Vec::<&str>::new(),
            "{name} has no error"
        );
    }
    assert_eq!(failed(&server).await, BTreeSet::new());
    assert_sound(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_shrinks_and_grows_back_keeps_every_entity() {
    let database = TestDatabase::sqlite().await;
    let source = Source::start(COMPONENTS).await;
    let server = Server::start(&config(&database, &source, &["teams"]));
    server.ready().await;
    eventually("the file has been read", || is_well(&server, "teams", 0)).await;
    let before = components(&server, "teams").await;
    source.set("teams", Behaviour::Shrinks);
    eventually("those that vanished are orphans", || async {
        let now = components(&server, "teams").await;
        let orphan = |entity: &&Value| entity["metadata"]["annotations"]["backstage.io/orphan"] == "true";
        now.len() == COMPONENTS && now.values().filter(orphan).count() == COMPONENTS / 2
    })
    .await;
    source.set_generation(1);
    source.set("teams", Behaviour::Well);
    eventually("they are what they were", || is_well(&server, "teams", 1)).await;
    assert_eq!(uids(&components(&server, "teams").await), uids(&before));
    assert_sound(&server).await;
}

/// On a host of its own: a host is left alone as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limited_source_is_left_alone_for_as_long_as_it_asks() {
    let database = TestDatabase::sqlite().await;
    let source = Source::start(COMPONENTS).await;
    let server = Server::start(&config(&database, &source, &["first", "second"]));
    server.ready().await;
    for name in ["first", "second"] {
        eventually("the files have been read", || is_well(&server, name, 0)).await;
        source.set(name, Behaviour::RateLimited);
    }
    let before = components(&server, "first").await;
    source.set_generation(1);
    source.forget_requests();
    for name in ["first", "second"] {
        eventually("the error stands at the location", || async {
            errors(&location(&server, &source, name).await)
                .iter()
                .any(|message| message.contains("rate limit"))
        })
        .await;
    }
    assert_eq!(components(&server, "first").await, before);
    // Answers to requests that were under way together may all have said so.
    let refused = source.requests().len();
    assert!(refused <= 2, "{refused} requests");
    for name in ["first", "second"] {
        source.set(name, Behaviour::Well);
    }
    for name in ["first", "second"] {
        eventually("it is up to date", || is_well(&server, name, 1)).await;
    }
    let requests = source.requests();
    let pause = requests[refused] - requests[0];
    assert!(
        pause.as_secs() + 1 >= RETRY_AFTER,
        "asked again after {pause:?}, before the time that the host asked for"
    );
    assert_sound(&server).await;
}
