//! The model of roles: who has which, what they say, and which word counts.

use callboard_kit::permission::Decision;
use callboard_testkit::TestDatabase;
use serde_json::{Value, json};

use crate::support::{
    ADA, ADMIN, People, Process, THING_CREATE, THING_DELETE, THING_LOOK, THING_READ, owned_by, with_rbac,
};

const ROLE: &str = "role:default/r";
const OTHER: &str = "role:default/other";

async fn started(rbac: Value) -> (Process, std::sync::Arc<People>, TestDatabase) {
    let database = TestDatabase::sqlite().await;
    let people = People::company();
    let process = Process::start(database.database(), with_rbac(rbac), &people).await;
    (process, people, database)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_comes_through_groups_and_those_above_them_as_far_as_the_depth_reaches() {
    for (depth, expected) in [
        (json!({}), [true, true, true]),
        (json!({"maxDepth": 0}), [true, false, false]),
        (json!({"maxDepth": 1}), [true, true, false]),
    ] {
        for (group, expected) in ["team", "area", "company"].into_iter().zip(expected) {
            let (process, ..) = started(depth.clone()).await;
            let member = format!("group:default/{group}");
            process.put_role(ROLE, &[&member], &["things.thing.look use allow"]).await;
            let allowed = process.decide(ADA, THING_LOOK).await == Decision::Allow;
            assert_eq!(allowed, expected, "{group} with {depth}");
            assert_eq!(process.decide(ADMIN, THING_LOOK).await, Decision::Deny);
            process.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_groups_counts_at_once_and_circles_end() {
    let (process, people, _database) = started(json!({})).await;
    process.put_role(ROLE, &["group:default/new"], &["things.thing.look use allow"]).await;
    assert_eq!(process.decide(ADA, THING_LOOK).await, Decision::Deny);
    people.put_parent("group:default/company", &["group:default/new", "group:default/team"]);
    assert_eq!(process.decide(ADA, THING_LOOK).await, Decision::Allow);
    people.put_user(ADA, &[]);
    assert_eq!(process.decide(ADA, THING_LOOK).await, Decision::Deny);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deny_wins_and_a_permission_by_name_goes_before_its_resource_type() {
    let (process, ..) = started(json!({})).await;
    process.put_role(ROLE, &[ADA], &["thing read allow", "thing delete allow"]).await;
    assert_eq!(process.decide(ADA, THING_READ).await, Decision::Allow);
    process
        .put_role(OTHER, &["group:default/team"], &["thing read deny", "things.thing.delete delete deny"])
        .await;
    assert_eq!(process.decide(ADA, THING_READ).await, Decision::Deny, "deny wins");
    assert_eq!(process.decide(ADA, THING_DELETE).await, Decision::Deny, "the name goes first");
    process.put_role("role:default/third", &[ADA], &["things.thing.read read allow"]).await;
    assert_eq!(process.decide(ADA, THING_READ).await, Decision::Allow, "the name goes first");
    assert_eq!(process.decide(ADA, THING_CREATE).await, Decision::Deny, "nobody said anything");
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_go_first_or_last_as_the_precedence_says() {
    for (precedence, conditional) in [("conditional", true), ("basic", false)] {
        let (process, ..) = started(json!({"policyDecisionPrecedence": precedence})).await;
        process.put_role(ROLE, &[ADA], &["thing read allow"]).await;
        process.put_condition(ROLE, "things.thing.read", "read", owned_by(&["x"])).await;
        process.put_condition(ROLE, "things.thing.delete", "delete", owned_by(&["x"])).await;
        let is_conditional = |decision: Decision| matches!(decision, Decision::Conditional(_));
        assert_eq!(is_conditional(process.decide(ADA, THING_READ).await), conditional, "{precedence}");
        assert!(is_conditional(process.decide(ADA, THING_DELETE).await), "no policy is about it");
        process.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_of_several_roles_are_joined() {
    let (process, ..) = started(json!({})).await;
    process.put_role(ROLE, &[ADA], &[]).await;
    process.put_role(OTHER, &["group:default/company"], &[]).await;
    process.put_condition(ROLE, "things.thing.read", "read", owned_by(&["one"])).await;
    process.put_condition(OTHER, "things.thing.read", "read", owned_by(&["$currentUser"])).await;
    for (thing, expected) in [("a@one", true), ("a@user:default/ada", true), ("a@two", false)] {
        let decision = process.decide_for(ADA, THING_READ, Some(thing)).await;
        assert_eq!(decision == Decision::Allow, expected, "{thing}");
    }
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn super_users_may_everything_and_everybody_has_the_default_role() {
    let rbac = json!({
        "admin": {"users": [{"name": ADMIN}], "superUsers": [{"name": "group:default/root"}, {"name": "User:default/Boss"}]},
        "defaultPermissions": {
            "defaultRole": "role:default/everybody",
            "basicPermissions": [{"permission": "things.thing.look"}, {"permission": "thing", "action": "read"}],
        },
    });
    let (process, people, _database) = started(rbac).await;
    people.put_user("user:default/root", &["group:default/root"]);
    for user in ["user:default/root", "user:default/boss"] {
        for permission in [THING_READ, THING_CREATE, THING_LOOK] {
            assert_eq!(process.decide(user, permission).await, Decision::Allow, "{user}");
        }
    }
    assert_eq!(process.decide("user:default/unknown", THING_LOOK).await, Decision::Allow);
    assert_eq!(process.decide("user:default/unknown", THING_READ).await, Decision::Allow);
    assert_eq!(process.decide("user:default/unknown", THING_CREATE).await, Decision::Deny);
    let role = process.admin("GET", "/roles/role/default/everybody", Value::Null, 200).await;
    assert_eq!(role[0]["metadata"]["isDefault"], true);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_of_what_a_user_owns_count_only_where_that_is_switched_on() {
    for on in [false, true] {
        let (process, people, _database) = started(json!({"useOwnershipEntityRefs": on})).await;
        let owned = [ADA, "group:default/from-the-provider"].map(str::to_owned);
        people.owned.lock().expect("owned").insert(ADA.to_owned(), owned.into());
        process.put_role(ROLE, &["group:default/from-the-provider"], &["things.thing.look use allow"]).await;
        assert_eq!(process.decide(ADA, THING_LOOK).await == Decision::Allow, on);
        if on {
            process.put_role(OTHER, &["user:default/never-here"], &["things.thing.look use allow"]).await;
            let decision = process.decide("user:default/never-here", THING_LOOK).await;
            assert_eq!(decision, Decision::Deny, "roles that deny may be among what is not known");
        }
        process.stop().await;
    }
}
