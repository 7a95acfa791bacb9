//! Sources that change, do not change, refuse, time out or send nonsense.

use std::time::Duration;

use callboard_kit::url_reader::ReadError;
use serde_json::json;

use super::support::{Answer, World, children, component, error, location};

const URL: &str = "https://example.com/a.yaml";

#[tokio::test]
async fn a_source_that_has_not_changed_gives_the_same_children_without_being_sent_again() {
    let world = World::new().answer(URL, Answer::Tagged("v1".to_owned(), component("a")));
    let entity = location(json!({"type": "url", "target": URL}));
    let first = world.process(entity.clone(), &format!("url:{URL}")).await;
    let second = world.process_cached(entity.clone(), &format!("url:{URL}"), first.cache.clone()).await;
    assert_eq!(second, first);
    world.urls.set(URL, Answer::Tagged("v2".to_owned(), component("b")));
    let third = world.process_cached(entity, &format!("url:{URL}"), second.cache).await;
    assert_eq!(children(&third), ["component:default/b"]);
    let tags: Vec<_> = world.urls.requests().into_iter().map(|(_, tag)| tag).collect();
    assert_eq!(tags, [None, Some("v1".to_owned()), Some("v1".to_owned())]);
}

#[tokio::test]
async fn each_target_has_a_tag_of_its_own() {
    let other = "https://example.com/b.yaml";
    let world = World::new()
        .answer(URL, Answer::Tagged("a1".to_owned(), component("a")))
        .answer(other, Answer::Tagged("b1".to_owned(), component("b")));
    let entity = location(json!({"targets": [URL, other]}));
    let first = world.process(entity.clone(), "url:https://example.com/all.yaml").await;
    world.urls.set(other, Answer::Tagged("b2".to_owned(), component("c")));
    let second = world.process_cached(entity, "url:https://example.com/all.yaml", first.cache).await;
    assert_eq!(children(&second), ["component:default/a", "component:default/c"]);
}

#[tokio::test]
async fn a_failed_read_keeps_the_cache_for_the_next_one() {
    let world = World::new().answer(URL, Answer::Tagged("v1".to_owned(), component("a")));
    let entity = location(json!({"type": "url", "target": URL}));
    let good = world.process(entity.clone(), &format!("url:{URL}")).await;
    world.urls.set(URL, Answer::Fails(ReadError::Failed("502".to_owned())));
    let bad = world.process_cached(entity.clone(), &format!("url:{URL}"), good.cache.clone()).await;
    assert!(!bad.ok);
    world.urls.set(URL, Answer::Tagged("v1".to_owned(), component("a")));
    let again = world.process_cached(entity, &format!("url:{URL}"), bad.cache).await;
    assert_eq!(again, good);
    assert_eq!(world.urls.requests().last().unwrap().1.as_deref(), Some("v1"));
}

#[tokio::test]
async fn a_failing_source_is_an_error_that_says_what_happened_and_where() {
    let limited = ReadError::RateLimited { url: URL.to_owned(), retry_after: Duration::from_secs(90) };
    let large = ReadError::TooLarge { url: URL.to_owned(), limit: 10 };
    let cases = [
        (
            Answer::Fails(limited),
            "Error: Unable to read url, ",
            "its rate limit is used up; until the host allows more, the catalog keeps",
        ),
        (Answer::Fails(large), "Error: Unable to read url, ", "backend.reading.maxBytes"),
        (
            Answer::Fails(ReadError::NotAllowed(format!("Reading from '{URL}' is not allowed"))),
            "NotAllowedError: Unable to read url, ",
            "is not allowed",
        ),
        (Answer::Fails(ReadError::Failed("x".repeat(1 << 20))), "Error: Unable to read url, ", "xxx"),
        (Answer::Bytes(vec![0xff; 1000]), "Error: ", ""),
        (Answer::Bytes(vec![0; 1000]), "Error: ", ""),
        (Answer::Text("[".repeat(100_000)), "Error: YAML error at", ""),
    ];
    for (answer, start, part) in cases {
        let outcome = World::new().answer(URL, answer).read("url", URL).await;
        assert!(!outcome.ok);
        let message = format!("{}: {}", outcome.errors[0].name, outcome.errors[0].message);
        assert!(message.starts_with(start) && message.contains(part), "{message}");
        assert!(message.len() < 6_000, "what a host says is cut off");
        assert!(outcome.errors[0].location.as_deref().unwrap().starts_with(URL));
        assert_eq!(outcome.completed, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_never_answers_is_given_up() {
    let world = World::new().answer(URL, Answer::Hangs).text("https://example.com/b.yaml", &component("b"));
    assert_eq!(error(&world.read("url", URL).await), "Error: Unable to read url, no answer within 120 s");
    assert!(world.read("url", "https://example.com/b.yaml").await.ok, "others are read as before");
}

#[tokio::test]
async fn a_large_source_is_not_kept_in_the_cache() {
    let mut text = String::new();
    while text.len() <= 4 << 20 {
        text.push_str(&format!("# {}\n", "x".repeat(1000)));
    }
    text.push_str(&component("a"));
    let outcome = World::new().answer(URL, Answer::Tagged("v1".to_owned(), text)).read("url", URL).await;
    assert_eq!(children(&outcome), ["component:default/a"]);
    assert_eq!(outcome.cache, None);
}

#[tokio::test]
async fn a_thousand_documents_in_one_file_are_read() {
    let text: String = (0..1000).map(|number| format!("---\n{}", component(&format!("c{number}")))).collect();
    let outcome = World::new().text(URL, &text).read("url", URL).await;
    assert_eq!(outcome.deferred.len(), 1000);
}

#[tokio::test]
async fn a_location_with_too_many_targets_is_refused_before_anything_is_read() {
    let targets: Vec<String> = (0..10_001).map(|number| format!("https://example.com/{number}")).collect();
    let world = World::new();
    let outcome =
        world.process(location(json!({"targets": targets})), "url:https://example.com/all.yaml").await;
    assert!(error(&outcome).contains("at most 10000"));
    assert_eq!(world.urls.requests(), []);
}

#[tokio::test]
async fn a_broken_cache_is_the_same_as_none() {
    for cache in [json!(1), json!([]), json!({"url-reader": 1}), json!({"url-reader": {URL: {"etag": 1}}})] {
        let world = World::new().answer(URL, Answer::Tagged("v1".to_owned(), component("a")));
        let entity = location(json!({"type": "url", "target": URL}));
        let outcome = world.process_cached(entity, &format!("url:{URL}"), Some(cache)).await;
        assert_eq!(children(&outcome), ["component:default/a"]);
    }
}
