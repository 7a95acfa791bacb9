//! Server-side request forgery: every known way to make the server talk to its own network.

use crate::support::{Scripted, strict};
use callboard_config::Config;
use callboard_kit::url_reader::{ReadError, ReadOptions, UrlReader};
use callboard_scm::ScmUrlReader;
use callboard_scm::egress::{EgressError, HostRule, Policy, Request};
use serde_json::json;
use std::sync::atomic::Ordering;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn answering() -> MockServer {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).insert_header("connection", "close").set_body_string("reached");
    Mock::given(wiremock::matchers::any()).respond_with(answer).with_priority(9).mount(&server).await;
    server
}

async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

fn refused<T>(outcome: Result<T, EgressError>) -> String {
    match outcome {
        Err(EgressError::NotAllowed(text)) => text,
        Err(other) => panic!("refused for the wrong reason: {other}"),
        Ok(_) => panic!("not refused"),
    }
}

#[tokio::test]
async fn a_name_with_a_private_address_is_refused_unless_the_configuration_names_it() {
    let server = answering().await;
    let port = server.address().port();
    let url = format!("http://inside.test:{port}/");
    for address in ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd00::1", "100.64.0.1"] {
        let egress = Scripted::new(&[("inside.test", &[&[address]])]).egress();
        let text = refused(egress.request(&strict(), Request::get(&url)).await);
        assert!(text.contains("inside.test") && text.contains("backend.reading.allow"), "{text}");
    }
    assert_eq!(requests(&server).await, 0);
    let egress = Scripted::new(&[("inside.test", &[&["127.0.0.1"]])]).egress();
    assert_eq!(egress.request(&strict().naming(&url), Request::get(&url)).await.unwrap().status(), 200);
}

#[tokio::test]
async fn gitlab_293733_naming_one_host_and_port_opens_no_other() {
    let (named, other) = (answering().await, answering().await);
    let (port, other_port) = (named.address().port(), other.address().port());
    let policy = strict().naming(&format!("http://named.test:{port}"));
    let egress =
        Scripted::new(&[("named.test", &[&["127.0.0.1"]]), ("other.test", &[&["127.0.0.1"]])]).egress();
    for url in [
        format!("http://other.test:{port}/"),
        format!("http://named.test:{other_port}/"),
        format!("http://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{other_port}/"),
    ] {
        refused(egress.request(&policy, Request::get(url)).await);
    }
    assert_eq!((requests(&named).await, requests(&other).await), (0, 0));
}

#[tokio::test]
async fn gitea_cve_2026_101029_one_private_address_among_public_ones_refuses_the_host() {
    let server = answering().await;
    let url = format!("http://mixed.test:{}/", server.address().port());
    for addresses in [["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"]] {
        let egress = Scripted::new(&[("mixed.test", &[&addresses])]).egress();
        refused(egress.request(&strict(), Request::get(&url)).await);
    }
    assert_eq!(requests(&server).await, 0);
}

#[tokio::test]
async fn gitea_cve_2026_70357_the_checked_address_is_the_connected_one_and_a_rebound_name_is_refused() {
    let server = answering().await;
    let url = format!("http://rebind.test:{}/", server.address().port());
    let lookup = Scripted::new(&[("rebind.test", &[&["127.0.0.1"], &["169.254.169.254"]])]);
    let egress = lookup.egress();
    let policy = strict().naming(&url);
    assert_eq!(egress.request(&policy, Request::get(&url)).await.unwrap().bytes().await.unwrap(), "reached");
    assert_eq!(lookup.asked.load(Ordering::SeqCst), 1, "a second look-up could answer something else");
    refused(egress.request(&policy, Request::get(&url)).await);
    assert_eq!(lookup.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn gitlab_ce_63959_a_dns_error_is_a_failure_and_switches_nothing_off() {
    let egress = Scripted::new(&[("empty.test", &[&[]])]).egress();
    for host in ["broken.test", "empty.test"] {
        let error = egress.request(&strict(), Request::get(format!("http://{host}/"))).await.unwrap_err();
        assert!(matches!(error, EgressError::Dns { .. }), "{error}");
    }
}

#[tokio::test]
async fn link_local_metadata_and_embedded_addresses_are_refused_even_when_named() {
    let literals = [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://168.63.129.16/",
        "http://100.100.100.200/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:7f00:1::]/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://224.0.0.1/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
    ];
    let egress = Scripted::new(&[("metadata.test", &[&["169.254.169.254"]])]).egress();
    for url in literals.into_iter().chain(["http://metadata.test/"]) {
        refused(egress.request(&strict().naming(url), Request::get(url)).await);
    }
}

#[tokio::test]
async fn loopback_in_any_spelling_is_refused_when_not_named() {
    let egress = Scripted::new(&[("localhost", &[&["127.0.0.1"]])]).egress();
    for url in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://localhost/",
    ] {
        refused(egress.request(&strict(), Request::get(url)).await);
    }
}

fn allowing(hosts: &[&str]) -> ScmUrlReader {
    let allow: Vec<_> = hosts.iter().map(|host| json!({"host": host, "paths": ["/open/"]})).collect();
    ScmUrlReader::new(&Config::from_value(json!({"backend": {"reading": {"allow": allow}}}))).unwrap()
}

#[tokio::test]
async fn cve_2026_24048_an_allowed_host_can_not_redirect_to_an_internal_one() {
    let (allowed, internal) = (answering().await, answering().await);
    let targets = [
        internal.uri(),
        format!("{}/open/x", internal.uri()),
        "http://169.254.169.254/open/x".to_owned(),
        "http://[::1]/open/x".to_owned(),
        "file:///etc/passwd".to_owned(),
        "/closed/x".to_owned(),
    ];
    for (index, target) in targets.iter().enumerate() {
        let answer = ResponseTemplate::new(302).insert_header("location", target.as_str());
        Mock::given(path(format!("/open/{index}"))).respond_with(answer).mount(&allowed).await;
    }
    let reader = allowing(&[&allowed.address().to_string()]);
    for (index, target) in targets.iter().enumerate() {
        let url = format!("{}/open/{index}", allowed.uri());
        let error = reader.read_url(&url, &ReadOptions::default()).await.unwrap_err();
        assert!(matches!(error, ReadError::NotAllowed(_)), "{target}: {error}");
    }
    assert_eq!(requests(&internal).await, 0);
    let url = format!("{}/open/fine", allowed.uri());
    assert_eq!(reader.read_url(&url, &ReadOptions::default()).await.unwrap().body, "reached");
}

#[tokio::test]
async fn grafana_ghsa_9rrr_6fq2_4f99_a_redirect_can_not_dress_up_as_an_allowed_host() {
    let (allowed, internal) = (answering().await, answering().await);
    let (good, bad) = (allowed.address().to_string(), internal.address().to_string());
    let targets = [
        format!("http://{good}@{bad}/open/x"),
        format!("//{bad}/open/x"),
        format!("\\\\{bad}\\open\\x"),
        format!("http://{bad}/open/../open/x#{good}"),
        format!("http://{bad}\\@{good}/open/x"),
    ];
    for (index, target) in targets.iter().enumerate() {
        let answer = ResponseTemplate::new(302).insert_header("location", target.as_str());
        Mock::given(path(format!("/open/{index}"))).respond_with(answer).mount(&allowed).await;
    }
    let reader = allowing(&[&good]);
    for (index, target) in targets.iter().enumerate() {
        let url = format!("http://{good}/open/{index}");
        let error = reader.read_url(&url, &ReadOptions::default()).await.unwrap_err();
        assert!(matches!(error, ReadError::NotAllowed(_)), "{target}: {error}");
    }
    assert_eq!(requests(&internal).await, 0);
}

#[tokio::test]
async fn a_wildcard_rule_lets_public_hosts_through_but_names_no_private_one() {
    let server = answering().await;
    let port = server.address().port();
    let rule = |host: String| Policy::only(vec![HostRule::parse(&host, None).unwrap()]);
    let egress = Scripted::new(&[("a.corp.test", &[&["127.0.0.1"]])]).egress();
    let url = format!("http://a.corp.test:{port}/");
    refused(egress.request(&rule(format!("*.corp.test:{port}")), Request::get(&url)).await);
    let exact = egress.request(&rule(format!("a.corp.test:{port}")), Request::get(&url)).await;
    assert_eq!(exact.unwrap().status(), 200);
}
