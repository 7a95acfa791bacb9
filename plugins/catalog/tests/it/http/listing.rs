//! Lists: filters, orders, pages, cursors, facets, projection.

use serde_json::{Value, json};

use super::app::{App, api, component};
use crate::support::{TestDatabase, for_each_database};

async fn filled(database: &TestDatabase) -> App {
    let app = App::start(database).await;
    app.register(
        "all.yaml",
        &[
            component("delta", Some("Zebra"), &["java"]),
            component("alpha", None, &["go", "java"]),
            component("charlie", Some("apple"), &[]),
            component("bravo", None, &["go"]),
            api("echo"),
        ],
    )
    .await;
    app
}

fn names(list: &Value) -> Vec<&str> {
    let items = list.as_array().expect("a list");
    items.iter().map(|item| item["metadata"]["name"].as_str().expect("a name")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_come_in_pages_whose_link_leads_to_the_next() {
    for_each_database(async |database| {
        let app = filled(&database).await;
        let mut path = "/entities?filter=kind%3Dcomponent,metadata.namespace&limit=3&fields=metadata.name".to_owned();
        let mut seen = Vec::new();
        loop {
            let answer = app.get(&path).await;
            seen.push(names(&answer.json).join(","));
            let link = answer.header("link").to_owned();
            let Some(next) = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")) else {
                assert_eq!(link, "");
                break;
            };
            next.clone_into(&mut path);
        }
        assert_eq!(seen, ["alpha,bravo,charlie", "delta"], "by reference");
        let second = app.get("/entities?filter=kind%3Dcomponent&limit=2&offset=1").await;
        assert_eq!(names(&second.json), ["bravo", "charlie"]);
        // base64 of {"limit":2,"offset":3}
        assert_eq!(
            second.header("link"),
            "</entities?filter=kind%3Dcomponent&limit=2&after=eyJsaW1pdCI6Miwib2Zmc2V0IjozfQ%3D%3D>; rel=\"next\""
        );
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_leaves_out_or_puts_last_what_has_no_value_as_backstage_does() {
    for_each_database(async |database| {
        let app = filled(&database).await;
        let list = async |query: &str| {
            let answer = app.get(&format!("/entities?filter=kind%3Dcomponent&{query}")).await;
            names(&answer.json).join(",")
        };
        assert_eq!(
            list("order=asc:metadata.title").await,
            "charlie,delta",
            "without pages they are left out"
        );
        assert_eq!(list("order=desc:metadata.name").await, "delta,charlie,bravo,alpha");
        let paged = list("order=asc:metadata.title&order=desc:metadata.name&limit=9").await;
        assert_eq!(paged, "charlie,delta,bravo,alpha", "with pages they come last");
        let often = list(&format!("{}limit=9", "order=desc:metadata.tags&".repeat(40))).await;
        assert_eq!(often, list("order=desc:metadata.tags&limit=9").await, "a key counts once");
        let page = app.get("/entities/by-query?filter=kind%3Dcomponent&orderField=metadata.title,desc").await;
        assert_eq!(names(&page.json["items"]), ["delta", "charlie"]);
        assert_eq!(page.json["totalItems"], 2);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_lead_forward_and_back_by_get_and_by_post() {
    for_each_database(async |database| {
        let app = filled(&database).await;
        let first =
            app.get("/entities/by-query?limit=2&orderField=metadata.name&filter=kind%3Dcomponent").await;
        assert_eq!(names(&first.json["items"]), ["alpha", "bravo"]);
        assert_eq!(first.json["totalItems"], 4);
        assert_eq!(first.json["pageInfo"].get("prevCursor"), None);
        let cursor = |answer: &Value, name: &str| answer["pageInfo"][name].as_str().map(str::to_owned);
        let next = cursor(&first.json, "nextCursor").expect("a next page");
        let url = format!("/entities/by-query?limit=2&cursor={next}&totalItems=exclude&orderField=kind");
        let second = app.get(&url.replace('+', "%2B")).await;
        assert_eq!(names(&second.json["items"]), ["charlie", "delta"]);
        assert_eq!(second.json["totalItems"], 4, "the total travels in the cursor");
        assert_eq!(cursor(&second.json, "nextCursor"), None);
        let back = cursor(&second.json, "prevCursor").expect("a page before");
        let again =
            app.post("/entities/by-query", json!({"cursor": back, "limit": 2, "fields": ["metadata"]})).await;
        assert_eq!(names(&again.json["items"]), ["alpha", "bravo"]);
        assert_eq!(cursor(&again.json, "prevCursor"), None, "the first page has none before it");
        assert!(cursor(&again.json, "nextCursor").is_some(), "going back, there is always a next page");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_occurs_twice_is_a_row_twice_and_text_picks_rows() {
    for_each_database(async |database| {
        let app = filled(&database).await;
        let by_tag = app.get("/entities/by-query?orderField=metadata.tags").await;
        let mut by_tag = names(&by_tag.json["items"]);
        // Ties are in the order of uids, which are random.
        by_tag[..2].sort_unstable();
        by_tag[2..].sort_unstable();
        assert_eq!(by_tag, ["alpha", "bravo", "alpha", "delta"], "go twice, java twice");
        let body = json!({
            "orderBy": [{"field": "metadata.tags", "order": "asc"}],
            "fullTextFilter": {"term": "AV", "fields": ["metadata.tags"]},
        });
        let java = app.post("/entities/by-query", body).await;
        assert_eq!(java.json["totalItems"], 2);
        let anywhere = app
            .get("/entities/by-query?fullTextFilterTerm=%20ZEB&fullTextFilterFields=metadata.name,metadata.title")
            .await;
        assert_eq!(names(&anywhere.json["items"]), ["delta"]);
        let counted = app.get("/entities/by-query?limit=0&filter=kind%3Dapi").await;
        assert_eq!(counted.json, json!({"items": [], "totalItems": 1, "pageInfo": {}}));
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn predicates_filter_like_their_words() {
    for_each_database(async |database| {
        let app = filled(&database).await;
        for (query, expected) in [
            (json!({"kind": "API"}), 1),
            (json!({"$all": [{"kind": "component"}, {"$not": {"metadata.tags": "go"}}]}), 2),
            (json!({"kind": "component", "metadata.title": {"$exists": false}}), 2),
            (json!({"metadata.name": {"$in": ["ALPHA", "echo"]}}), 2),
            (json!({"metadata.name": {"$hasPrefix": "Al"}}), 1),
            (json!({"relations": {"$contains": {"type": "ownedBy", "targetRef": "group:default/other"}}}), 1),
            (json!({"$any": []}), 0),
        ] {
            let answer = app.post("/entities/by-query", json!({"query": query, "limit": 0})).await;
            assert_eq!(answer.json["totalItems"], expected, "{query}");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_count_values_as_they_are_written() {
    for_each_database(async |database| {
        let app = filled(&database).await;
        let expected = json!({"facets": {
            "metadata.Tags": [{"value": "go", "count": 2}, {"value": "java", "count": 2}],
            "nope": [],
        }});
        let filter = "filter=kind%3Dcomponent";
        let answer = app.get(&format!("/entity-facets?facet=metadata.Tags&facet=nope&{filter}")).await;
        assert_eq!(answer.json, expected);
        let body = json!({"facets": ["metadata.Tags", "nope"], "query": {"kind": "component"}});
        assert_eq!(app.post("/entity-facets", body).await.json, expected);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_of_a_search_count_what_the_search_lists() {
    for_each_database(async |database| {
        let app = filled(&database).await;
        let tags = |java: u64, go: u64| {
            let all =
                [("go", go), ("java", java)].map(|(value, count)| json!({"value": value, "count": count}));
            let found: Vec<Value> = all.into_iter().filter(|one| one["count"] != 0).collect();
            json!({"facets": {"metadata.tags": found}})
        };
        for (term, fields, expected) in [
            ("ALPH", "metadata.name", tags(1, 1)),
            (" zeb ", "metadata.name,metadata.title", tags(1, 0)),
            ("zeb", "metadata.name", tags(0, 0)),
            ("av", "metadata.tags", tags(2, 1)),
        ] {
            let query = "filter=kind%3Dcomponent&facet=metadata.tags";
            let text =
                format!("fullTextFilterTerm={}&fullTextFilterFields={fields}", term.replace(' ', "%20"));
            assert_eq!(app.get(&format!("/entity-facets?{query}&{text}")).await.json, expected, "{term}");
            let body = json!({
                "facets": ["metadata.tags"],
                "query": {"kind": "component"},
                "fullTextFilter": {"term": term, "fields": fields.split(',').collect::<Vec<_>>()},
            });
            assert_eq!(app.post("/entity-facets", body).await.json, expected, "{term}");
        }
        let body = json!({"facets": ["metadata.tags"], "fullTextFilter": {"term": " ", "fields": []}});
        assert_eq!(app.post("/entity-facets", body).await.json, tags(2, 2), "a blank term searches nothing");
        let malformed = json!({"facets": ["kind"], "fullTextFilter": {"term": 1}});
        assert_eq!(app.post("/entity-facets", malformed).await.status, 400);
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_arrives_whole() {
    let database = TestDatabase::sqlite().await;
    let app = App::start(&database).await;
    let entities: Vec<Value> = (0..1_234).map(|n| component(&format!("c-{n:04}"), None, &[])).collect();
    app.register("many.yaml", &entities).await;
    let answer =
        app.get("/entities?filter=kind%3Dcomponent&order=asc:metadata.name&fields=metadata.name").await;
    let expected: Vec<String> = (0..1_234).map(|n| format!("c-{n:04}")).collect();
    assert_eq!(names(&answer.json), expected);
    let whole = app.get("/entities?filter=kind%3Dcomponent").await;
    assert_eq!(whole.json.as_array().map(Vec::len), Some(1_234));
    app.stop().await;
}
