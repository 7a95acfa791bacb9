//! Looking people up, as sign-in does.

use callboard_kit::identity::{UserDirectory, UserQuery};
use serde_json::{Value, json};

use super::app::App;
use crate::support::for_each_database;

fn user(name: &str, email: &str, id: &str) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "User",
        "metadata": {"name": name, "annotations": {"github.com/user-id": id}},
        "spec": {"profile": {"email": email}, "memberOf": ["engines", "engines"]},
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_reference_address_and_annotation_and_nothing_else_is() {
    for_each_database(async |database| {
        let app = App::start(&database).await;
        let group = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": {"name": "engines"},
            "spec": {"type": "team", "children": [], "profile": {"email": "ada@engines.example"}},
        });
        let people = [
            group,
            user("Ada", "Ada@engines.example", "MDQ6abc"),
            user("eve", "eve@engines.example", "mdq6ABC"),
            user("twin1", "twins@engines.example", "t"),
            user("twin2", "TWINS@engines.example", "t"),
            user("twin3", "twins@engines.example", "t"),
        ];
        app.register("people.yaml", &people).await;
        let find = async |query: UserQuery<'_>| {
            let found = app.plugin().catalog().find_users(query).await.expect("an answer");
            found.into_iter().map(|user| user.user_entity_ref).collect::<Vec<_>>()
        };
        let id = |value, exact_case| UserQuery::Annotation { key: "github.com/user-id", value, exact_case };
        assert_eq!(find(UserQuery::EntityRef("User:Default/ADA")).await, ["user:default/ada"]);
        assert_eq!(find(UserQuery::EntityRef("group:default/engines")).await, [""; 0]);
        assert_eq!(find(UserQuery::EntityRef("user:default/nobody")).await, [""; 0]);
        assert_eq!(find(UserQuery::ProfileEmail("ada@ENGINES.example")).await, ["user:default/ada"]);
        assert_eq!(find(UserQuery::ProfileEmail("twins@engines.example")).await.len(), 2);
        assert_eq!(find(UserQuery::ProfileEmail("")).await, [""; 0]);
        assert_eq!(find(id("mdq6ABC", true)).await, ["user:default/eve"]);
        assert_eq!(find(id("MDQ6ABC", true)).await, [""; 0]);
        assert_eq!(find(id("MDQ6ABC", false)).await.len(), 2);
        // The membership is there once the group and the user have been stitched.
        crate::support::eventually("what ada owns", async || {
            let owned = app.plugin().catalog().ownership_entity_refs("user:default/ada").await;
            let owned = owned.expect("an answer").expect("a user");
            owned == ["user:default/ada", "group:default/engines"]
        })
        .await;
        app.stop().await;
    })
    .await;
}
