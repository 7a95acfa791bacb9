//! `http:backstage:request`: what it sends, to whom, and what it gives out.

use serde_json::{Value, json};
use wiremock::matchers::{any, body_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::hosts::support::Step;

const ACTION: &str = "http:backstage:request";

async fn portal() -> (MockServer, Step) {
    let portal = MockServer::start().await;
    let target = format!("{}/api/{{{{pluginId}}}}", portal.uri());
    let step = Step::new(json!({"discovery": {"endpoints": [{"target": target, "plugins": ["*"]}]}}));
    (portal, step)
}

#[tokio::test]
async fn a_plugin_is_asked_on_behalf_of_the_caller() {
    let (portal, step) = portal().await;
    let entity = json!({"kind": "Group"});
    Mock::given(method("GET"))
        .and(path("/api/catalog/entities"))
        .and(query_param("filter", "kind=group"))
        .and(query_param("limit", "10"))
        // The token of the tests is the name of its user.
        .and(header("authorization", "Bearer user:default/ada"))
        .and(header("accept", "application/json"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!([entity])))
        .expect(2)
        .mount(&portal)
        .await;
    for path in ["/catalog/entities", "/api/catalog/entities?filter=kind%3Dgroup"] {
        let mut params = json!({"limit": 10});
        if !path.contains('?') {
            params["filter"] = "kind=group".into();
        }
        let input = json!({
            "method": "GET", "path": path, "params": params, "headers": {"accept": "application/json"},
        });
        let outputs = step.run(ACTION, input).await.unwrap();
        assert_eq!((&outputs["code"], &outputs["body"]), (&json!(200), &json!([entity])));
        assert_eq!(outputs["headers"]["content-type"], "application/json");
    }
    assert!(step.left.log().contains("against /catalog/entities"));
}

#[tokio::test]
async fn a_bad_answer_ends_the_step_unless_it_may_go_on() {
    let (portal, step) = portal().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(404).set_body_string("gone")).mount(&portal).await;
    let input = json!({"method": "GET", "path": "/catalog/x", "logRequestPath": false});
    let error = step.run(ACTION, input.clone()).await.unwrap_err().to_string();
    assert!(error.contains("Status code: 404") && error.contains("gone"), "{error}");
    let mut goes_on = input;
    goes_on["continueOnBadResponse"] = true.into();
    let outputs = step.run(ACTION, goes_on).await.unwrap();
    assert_eq!((&outputs["code"], &outputs["body"]), (&json!(404), &json!({"message": "gone"})));
    assert!(!step.left.log().contains("/catalog/x"), "{}", step.left.log());
}

#[tokio::test]
async fn a_body_is_sent_as_json_once_for_each_key_and_not_in_a_dry_run() {
    let (portal, mut step) = portal().await;
    Mock::given(method("POST"))
        .and(body_json(json!({"a": [1]})))
        .and(header("content-type", "application/json"))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({"id": 1})))
        .expect(1)
        .mount(&portal)
        .await;
    let input = json!({"method": "POST", "path": "/bookmarks/x", "body": {"a": [1]}, "idempotencyKey": "k"});
    let first = step.run(ACTION, input.clone()).await.unwrap();
    assert_eq!(step.run(ACTION, input.clone()).await.unwrap(), first);
    step.dry_run = true;
    let mut dry = input;
    dry["idempotencyKey"] = Value::Null;
    assert!(step.run(ACTION, dry).await.unwrap().is_empty());
}

#[tokio::test]
async fn no_path_or_header_leads_out_of_the_portals_plugins() {
    let (portal, step) = portal().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&portal).await;
    for path in [
        "https://evil.example.com/x",
        "//evil.example.com/x",
        "/catalog/../scaffolder/v2/tasks",
        "/catalog/%2e%2e/scaffolder",
        "/catalog/%252e%252e/x",
        "/@evil.example.com/x",
        "/a:b@evil/x",
        "/catalog\\..\\x",
        "",
        "/",
        "/api/",
    ] {
        let error = step.run(ACTION, json!({"method": "GET", "path": path})).await;
        assert!(error.is_err(), "{path}");
    }
    for name in ["Host", "content-length", "Transfer-Encoding", "x\ny"] {
        let input = json!({"method": "GET", "path": "/catalog/x", "headers": {name: "1"}});
        assert!(step.run(ACTION, input).await.unwrap_err().to_string().contains("can't be sent"), "{name}");
    }
    assert!(portal.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_configuration_limits_methods_and_hosts() {
    let portal = MockServer::start().await;
    let target = format!("{}/api/{{{{pluginId}}}}", portal.uri());
    let endpoints = json!([{"target": target, "plugins": ["*"]}]);
    for (http, expected) in [
        (json!({"allowedMethods": ["GET"]}), "not among scaffolder.http.allowedMethods"),
        (json!({"allowedHosts": ["portal.example.com"]}), "not among scaffolder.http.allowedHosts"),
    ] {
        let step = Step::new(json!({"discovery": {"endpoints": endpoints}, "scaffolder": {"http": http}}));
        let error = step.run(ACTION, json!({"method": "DELETE", "path": "/catalog/x"})).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
