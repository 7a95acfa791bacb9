//! Lists of tasks, and what their owners own.

use callboard_testkit::for_each_database;
use serde_json::json;

use crate::support::{ADA, BOB, World};

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_ordered_and_paged() {
    for_each_database(|database| async move {
        let world = World::new(database);
        world.template(json!([]));
        let process = world.start(json!({"concurrentTasksLimit": 0})).await;
        let body = json!({"templateRef": "template:default/t", "values": {}}).to_string();
        for (at, who) in (1_i64..).zip([ADA, BOB, ADA, "a-service"]) {
            let answer = process.app.send(who, "POST", "/v2/tasks", &body).await;
            assert_eq!(answer.status, 201);
            let sql = "UPDATE scaffolder_tasks SET created_at = $1 WHERE id = $2";
            let params = [at.into(), answer.body["id"].as_str().expect("an id").into()];
            process.database.execute(sql, &params).await.expect("another time");
        }
        let total = async |query: &str| {
            let answer = process.get(&format!("/v2/tasks{query}")).await;
            assert_eq!(answer.status, 200, "{query}: {}", answer.text);
            let tasks = answer.body["tasks"].as_array().unwrap().clone();
            (answer.body["totalTasks"].as_i64().unwrap(), tasks)
        };
        assert_eq!(total("").await.0, 4);
        assert_eq!(total("?createdBy=user:default/ada").await.0, 2);
        assert_eq!(total("?createdBy=user:default/ada&createdBy=user:default/bob").await.0, 3);
        assert_eq!(total("?status=completed").await.0, 0);
        assert_eq!(total("?status=nope").await.0, 0);
        let (all, page) = total("?limit=1&offset=1&order=asc:created_at").await;
        assert_eq!((all, page.len(), &page[0]["createdBy"]), (4, 1, &json!(BOB)));
        let (_, ordered) = total("?order=desc:created_by").await;
        assert_eq!(ordered[0]["createdBy"], BOB);
        assert!(ordered[3].get("createdBy").is_none(), "a service is no user");
        for query in [
            "?order=up:created_at",
            "?order=asc:spec",
            "?order=created_at",
            "?limit=x",
            "?what=1",
            "?offset=-1",
        ] {
            assert_eq!(process.get(&format!("/v2/tasks{query}")).await.status, 400, "{query}");
        }
        process.lifecycle.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_tasks_are_not_found_on_every_route() {
    for_each_database(|database| async move {
        let world = World::new(database);
        let process = world.start(json!({})).await;
        let id = "00000000-0000-0000-0000-000000000000";
        for (method, path, body) in [
            ("GET", "", ""),
            ("GET", "/events", ""),
            ("GET", "/eventstream", ""),
            ("POST", "/cancel", ""),
            ("POST", "/retry", "{}"),
            ("POST", "/approvals", r#"{"stepId":"a","decision":"approve"}"#),
        ] {
            let answer = process.app.send(ADA, method, &format!("/v2/tasks/{id}{path}"), body).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text);
            assert_eq!(answer.body["error"]["message"], format!("No task with id '{id}' found"));
        }
        assert_eq!(process.get("/v2/tasks/%00").await.status, 404);
        process.lifecycle.stop().await;
    })
    .await;
}
