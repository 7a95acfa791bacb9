//! History of an entity and the feed of changes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::permission::{Authorizer, Decision, PermissionRequest};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::app::{App, Users, component};
use crate::support::{TestDatabase, eventually, for_each_database};

async fn retitle(app: &App, title: &str) {
    app.host.put("https://host/a.yaml", &component("a", Some(title), &[]).to_string());
    app.post("/refresh", json!({"entityRef": "component:default/a"})).await;
    let path = "/entities/by-name/component/default/a";
    eventually(title, async || app.get(path).await.json["metadata"]["title"] == title).await;
}

/// Events of a stream until `enough` says so.
async fn events(body: &mut Body, enough: impl Fn(&[(String, Value)]) -> bool) -> Vec<(String, Value)> {
    let mut text = String::new();
    loop {
        let found: Vec<(String, Value)> = text
            .split("\n\n")
            .filter_map(|event| {
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                Some((line("id: ")?.to_owned(), serde_json::from_str(line("data: ")?).ok()?))
            })
            .collect();
        if enough(&found) {
            return found;
        }
        let frame = tokio::time::timeout(Duration::from_secs(30), body.frame()).await;
        let frame = frame.expect("an event in time").expect("no end").expect("a frame");
        text.push_str(std::str::from_utf8(&frame.into_data().expect("data")).expect("text"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_an_entity_leads_from_now_back_to_its_creation() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        app.register("a.yaml", &[component("a", Some("One"), &[])]).await;
        retitle(&app, "Two").await;
        retitle(&app, "Three").await;
        let path = "/entities/by-name/component/default/A/history";
        let all = app.get(path).await;
        let items = all.json["items"].as_array().expect("items");
        let title = |item: &Value, side: &str| item[side]["metadata"]["title"].as_str().map(str::to_owned);
        assert_eq!(title(&items[0], "after").as_deref(), Some("Three"));
        assert_eq!(title(&items[0], "before").as_deref(), Some("Two"));
        let first = items.last().expect("a first change");
        assert_eq!((&first["type"], first.get("before")), (&json!("created"), None));
        for pair in items.windows(2) {
            assert_eq!(pair[0]["before"], pair[1]["after"], "each change starts where the one before ended");
        }
        let newest = app.get(&format!("{path}?limit=1")).await;
        assert_eq!(newest.json["next"], items[0]["sequence"]);
        let rest = app.get(&format!("{path}?before={}", newest.json["next"])).await;
        assert_eq!(rest.json["items"][0], items[1]);
        let unknown = app.get("/entities/by-name/component/default/nope/history").await;
        assert_eq!((unknown.status, unknown.error()), (404, "NotFoundError"));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_hidden_history_are_those_of_none() {
    let database = TestDatabase::sqlite().await;
    let params = json!({"kinds": ["API"]});
    let apis = json!({"rule": "IS_ENTITY_KIND", "resourceType": "catalog-entity", "params": params});
    let app = App::start_with(&database, json!({}), Users::only(apis)).await;
    app.register("a.yaml", &[component("a", Some("One"), &[])]).await;
    retitle(&app, "Two").await;
    for (query, status) in [("limit=1", 404), ("limit=1&before=1000", 200)] {
        for name in ["a", "nope"] {
            let path = format!("/entities/by-name/component/default/{name}/history?{query}");
            let answer = app.get_as("user:default/ada", &path).await;
            assert_eq!((answer.status, answer.json.get("next")), (status, None), "{path}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_waits_for_the_next_change_and_leaves_none_out() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        app.register("a.yaml", &[component("a", Some("One"), &[])]).await;
        let mut seen = Vec::new();
        let mut after = 0;
        loop {
            let page = app.get(&format!("/changes?after={after}&limit=2")).await;
            let items = page.json["items"].as_array().expect("items").clone();
            after = page.json["next"].as_i64().expect("where to go on");
            if items.is_empty() {
                break;
            }
            seen.extend(items.into_iter().map(|item| item["sequence"].as_i64().expect("a number")));
        }
        assert_eq!(seen, (1..=after).collect::<Vec<_>>(), "without gaps");
        let path = format!("/changes?after={after}&timeout=30");
        let (waited, ()) = tokio::join!(app.get(&path), retitle(&app, "Two"));
        let item = &waited.json["items"][0];
        assert_eq!((&item["entityRef"], &item["type"]), (&json!("component:default/a"), &json!("updated")));
        assert_eq!(item["sequence"], after + 1);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_begins_where_the_client_left_off_and_goes_on() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        app.register("a.yaml", &[component("a", Some("One"), &[])]).await;
        let newest = app.catalog.change_bounds().await.expect("bounds").1;
        let last_event = (newest - 1).to_string();
        let (status, mut body) = app.open("/changes?after=0", &[("last-event-id", &last_event)]).await;
        assert_eq!(status, 200);
        let first = events(&mut body, |found| !found.is_empty()).await;
        assert_eq!(first[0].0, newest.to_string(), "the header goes before the parameter");
        retitle(&app, "Two").await;
        let more = events(&mut body, |found| !found.is_empty()).await;
        assert_eq!(more[0].1["after"]["metadata"]["title"], "Two");
        let (_, mut from_now) = app.open("/changes", &[]).await;
        retitle(&app, "Three").await;
        let now = events(&mut from_now, |found| !found.is_empty()).await;
        assert_eq!(now[0].1["after"]["metadata"]["title"], "Three", "without a place it begins now");
        app.stop().await;
        let end = tokio::time::timeout(Duration::from_secs(30), async {
            while let Some(Ok(_)) = body.frame().await {}
        });
        end.await.expect("a stream ends when the server stops");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_are_no_longer_kept_are_gone_and_the_answer_says_where_to_begin() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    app.register("a.yaml", &[component("a", None, &[])]).await;
    for sql in
        ["DELETE FROM catalog_changes WHERE sequence < 2", "UPDATE catalog_state SET oldest_sequence = 2"]
    {
        database.database().execute(sql, &[]).await.expect("an older log");
    }
    for accept in ["application/json", "text/event-stream"] {
        let headers = [("accept", accept)];
        let answer =
            app.call(super::app::SERVICE, http::Method::GET, "/changes?after=0", None, &headers).await;
        assert_eq!((answer.status, &answer.json["error"]["oldest"]), (410, &json!(2)), "{accept}");
    }
    assert_eq!(app.get("/changes?after=1").await.status, 200);
    assert_eq!(app.get("/changes").await.json["items"][0]["sequence"], 2, "from the oldest kept");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_the_token_that_it_was_asked_for_with() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    let headers = [("accept", "text/event-stream")];
    // The call reads to the end of the body.
    let caller = "user:default/just-expired";
    let answer = app.call(caller, http::Method::GET, "/changes", None, &headers).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ": changes\n\n"));
    app.stop().await;
}

/// Reading is as the switch says, everything else is allowed.
struct Switch(Mutex<Decision>);

#[async_trait]
impl Authorizer for Switch {
    async fn authorize(
        &self,
        requests: &[PermissionRequest],
        _credentials: &Credentials,
    ) -> Result<Vec<Decision>, ApiError> {
        let read = self.0.lock().expect("the switch").clone();
        let decide = |request: &PermissionRequest| match request.permission.name {
            "catalog.entity.read" => read.clone(),
            _ => Decision::Allow,
        };
        Ok(requests.iter().map(decide).collect())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_stream_shows_nothing_more_once_its_caller_may_not_read_any_more() {
    let database = TestDatabase::sqlite().await;
    let switch = Arc::new(Switch(Mutex::new(Decision::Allow)));
    let app = App::start_with(&database, json!({}), switch.clone()).await;
    app.register("a.yaml", &[component("a", None, &[])]).await;
    let (status, mut body) = app.open("/changes?after=0", &[]).await;
    assert_eq!(status, 200);
    events(&mut body, |found| found.iter().any(|(_, item)| item["entityRef"] == "component:default/a")).await;
    *switch.0.lock().expect("the switch") = Decision::Deny;
    app.register("b.yaml", &[component("b", None, &[])]).await;
    let frame = tokio::time::timeout(Duration::from_secs(30), body.frame()).await;
    let piece = frame.expect("a piece in time").expect("no end").expect("a frame").into_data().expect("data");
    assert_eq!(&piece[..], b": still here\n\n");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_huge_changes_end_before_they_are_huge_and_leave_none_out() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        let path = "/entities/by-name/component/default/a";
        let describe = |fill: char| {
            let mut entity = component("a", None, &[]);
            entity["metadata"]["description"] = fill.to_string().repeat(5 << 20).into();
            entity
        };
        app.register("a.yaml", &[component("a", None, &[])]).await;
        for fill in ['w', 'x', 'y', 'z'] {
            app.host.put("https://host/a.yaml", &describe(fill).to_string());
            app.post("/refresh", json!({"entityRef": "component:default/a"})).await;
            let begins = |answer: &Value| {
                answer["metadata"]["description"].as_str().is_some_and(|text| text.starts_with(fill))
            };
            eventually("the description", async || begins(&app.get(path).await.json)).await;
        }
        let newest = app.catalog.change_bounds().await.expect("bounds").1;
        let walk = async |first: String, next: &dyn Fn(i64) -> String| {
            let (mut url, mut seen, mut pages) = (first, Vec::new(), 0);
            loop {
                let page = app.get(&url).await;
                assert!(page.text.len() < 28 << 20, "{} bytes", page.text.len());
                let items = page.json["items"].as_array().expect("items");
                seen.extend(items.iter().filter_map(|item| item["sequence"].as_i64()));
                pages += 1;
                match page.json["next"].as_i64() {
                    Some(at) if !items.is_empty() => url = next(at),
                    _ => return (seen, pages),
                }
            }
        };
        let (seen, pages) =
            walk("/changes?after=0&limit=1000".into(), &|at| format!("/changes?after={at}&limit=1000")).await;
        assert_eq!(seen, (1..=newest).collect::<Vec<_>>());
        assert!(pages > 2, "one page and the empty one: {pages}");
        let history = format!("{path}/history");
        let (seen, pages) = walk(history.clone(), &|at| format!("{history}?before={at}")).await;
        assert!(seen.len() >= 4 && seen.is_sorted_by(|a, b| a > b), "{seen:?}");
        assert!(pages > 1, "{pages}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_with_too_many_open_streams_is_told_so_and_others_are_served() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    let mut open = Vec::new();
    for _ in 0..100 {
        let (status, body) = app.open("/changes", &[]).await;
        assert_eq!(status, 200);
        open.push(body);
    }
    assert_eq!(app.open("/changes", &[]).await.0, 429);
    let waiting = app.get("/changes?timeout=1").await;
    assert_eq!((waiting.status, waiting.error()), (429, "Error"));
    assert_eq!(app.get("/changes").await.status, 200, "who does not wait takes no place");
    let ada = app.get_as("user:default/ada", "/changes?after=0&timeout=1").await;
    assert_eq!(ada.status, 200);
    open.pop();
    assert_eq!(app.open("/changes", &[]).await.0, 200);
    app.stop().await;
}
