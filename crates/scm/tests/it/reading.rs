//! `backend.reading.allow`, plain documents, and identical reads at the same time.

use crate::support::with_etag;
use callboard_config::Config;
use callboard_kit::url_reader::{ReadError, ReadOptions, UrlReader};
use callboard_scm::ScmUrlReader;
use callboard_scm::egress::HostRule;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{any, header, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn reading(reading: Value) -> ScmUrlReader {
    ScmUrlReader::new(&Config::from_value(json!({"backend": {"reading": reading}}))).unwrap()
}

fn allowing(server: &MockServer) -> ScmUrlReader {
    reading(json!({"allow": [{"host": server.address().to_string()}]}))
}

#[tokio::test]
async fn a_host_that_no_rule_names_is_not_allowed() {
    let reader =
        reading(json!({"allow": [{"host": "example.com", "paths": ["/a/*/c", "/exact", "/below/"]}]}));
    for url in [
        "https://example.org/",
        "https://example.com/a/b/x",
        "https://example.com/exactly",
        "https://example.com/belowed",
        "https://example.com:8443/exact",
        "https://evil-example.com/exact",
    ] {
        for error in [
            reader.read_url(url, &ReadOptions::default()).await.unwrap_err(),
            reader.search(url, &ReadOptions::default()).await.unwrap_err(),
            reader.read_tree(url, &ReadOptions::default()).await.unwrap_err(),
        ] {
            let ReadError::NotAllowed(text) = error else { panic!("{url}: {error}") };
            assert!(text.starts_with(&format!("Reading from '{url}' is not allowed. ")), "{text}");
        }
    }
}

#[test]
fn host_rules_have_the_forms_of_backstage_and_others_are_errors() {
    for good in ["h", "*.example.com", "h:8080", "h:8080-8090", "127.0.0.1:7", "[::1]", "[::1]:80"] {
        assert!(HostRule::parse(good, None).is_ok(), "{good}");
    }
    for bad in ["", "*", "https://h", "h/path", "a.*.b", "h:x", "h:9-8", "h:70000", "u@h"] {
        assert!(HostRule::parse(bad, None).is_err(), "{bad}");
    }
    assert!(HostRule::parse("h", Some(vec!["no-slash".to_owned()])).is_err());
    let config =
        Config::from_value(json!({"backend": {"reading": {"allow": [{"host": "h"}, {"host": "a b"}]}}}));
    let error = ScmUrlReader::new(&config).unwrap_err();
    assert_eq!(error.key, "backend.reading.allow[1]");
}

#[tokio::test]
async fn a_plain_document_is_read_searched_and_not_modified() {
    let server = MockServer::start().await;
    let unchanged = Mock::given(header("if-none-match", "\"1\"")).respond_with(ResponseTemplate::new(304));
    unchanged.with_priority(1).mount(&server).await;
    let tagged = ResponseTemplate::new(200).insert_header("etag", "\"1\"").set_body_string("tagged");
    Mock::given(path("/tagged")).respond_with(tagged).mount(&server).await;
    let plain = ResponseTemplate::new(200).set_body_string("plain");
    Mock::given(path("/plain")).respond_with(plain).mount(&server).await;
    let reader = allowing(&server);
    for name in ["tagged", "plain"] {
        let url = format!("{}/{name}", server.uri());
        let read = reader.read_url(&url, &ReadOptions::default()).await.unwrap();
        assert_eq!(read.body, name);
        let again = reader.read_url(&url, &with_etag(&read.etag.unwrap())).await;
        assert!(matches!(again, Err(ReadError::NotModified)), "{name}: {again:?}");
        let found = reader.search(&url, &ReadOptions::default()).await.unwrap();
        assert_eq!((found.files.len(), found.files[0].path.as_str()), (1, url.as_str()));
    }
    let missing = format!("{}/missing", server.uri());
    assert!(matches!(reader.read_url(&missing, &ReadOptions::default()).await, Err(ReadError::NotFound(_))));
    assert!(reader.search(&missing, &ReadOptions::default()).await.unwrap().files.is_empty());
    assert!(reader.read_tree(&missing, &ReadOptions::default()).await.is_err());
}

#[tokio::test]
async fn max_bytes_of_the_configuration_bounds_a_document() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("12345")).mount(&server).await;
    let allow = json!([{"host": server.address().to_string()}]);
    let small = reading(json!({"allow": allow, "maxBytes": 4}));
    let error = small.read_url(&server.uri(), &ReadOptions::default()).await.unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { limit: 4, .. }), "{error}");
    let fitting = reading(json!({"allow": allow, "maxBytes": 5}));
    assert!(fitting.read_url(&server.uri(), &ReadOptions::default()).await.is_ok());
}

#[tokio::test]
async fn identical_reads_at_the_same_time_share_one_request_and_later_ones_ask_again() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_millis(200)).set_body_string("x");
    Mock::given(any()).respond_with(slow).expect(2).mount(&server).await;
    let reader = allowing(&server);
    let (url, options) = (server.uri(), ReadOptions::default());
    let all = futures::future::join_all((0..20).map(|_| reader.read_url(&url, &options))).await;
    assert!(all.iter().all(|read| read.as_ref().is_ok_and(|read| read.body == "x")));
    reader.read_url(&url, &options).await.unwrap();
}

#[tokio::test]
async fn a_reader_that_gives_up_leaves_nothing_behind() {
    let server = MockServer::start().await;
    let never = ResponseTemplate::new(200).set_delay(Duration::from_secs(600));
    Mock::given(any()).respond_with(never).up_to_n_times(1).mount(&server).await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_body_string("second"))
        .mount(&server)
        .await;
    let reader = allowing(&server);
    let first = reader.clone();
    let url = server.uri();
    let started = tokio::spawn({
        let url = url.clone();
        async move { first.read_url(&url, &ReadOptions::default()).await }
    });
    while server.received_requests().await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    started.abort();
    let _ = started.await;
    let read =
        tokio::time::timeout(Duration::from_secs(20), reader.read_url(&url, &ReadOptions::default())).await;
    assert_eq!(read.expect("joined the abandoned read").unwrap().body, "second");
}
