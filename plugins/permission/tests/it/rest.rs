//! The REST of RBAC, on both databases: shapes, statuses, bounds.

use callboard_kit::permission::Decision;
use callboard_testkit::{TestDatabase, for_each_database};
use serde_json::{Value, json};

use crate::support::{
    ADA, ADMIN, People, Process, SERVICE, THING_LOOK, THING_READ, condition, owned_by, with_rbac,
};

const ROLE: &str = "role:default/r";
const PATH: &str = "/roles/role/default/r";
const POLICIES: &str = "/policies/role/default/r";

fn policy(permission: &str, action: &str, effect: &str) -> Value {
    json!({"entityReference": ROLE, "permission": permission, "policy": action, "effect": effect})
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_made_read_changed_renamed_and_removed() {
    for_each_database(async |database| {
        let process = Process::start(database.database(), with_rbac(json!({})), &People::company()).await;
        let body = json!({"name": ROLE, "memberReferences": ["User:default/Ada"], "metadata": {"description": "d", "owner": "group:default/team"}});
        process.admin("POST", "/roles", body.clone(), 201).await;
        process.admin("POST", "/roles", body, 409).await;
        let role = process.admin("GET", PATH, Value::Null, 200).await;
        assert_eq!(role[0]["memberReferences"], json!([ADA]));
        let metadata = &role[0]["metadata"];
        assert_eq!(
            (&metadata["source"], &metadata["author"], &metadata["owner"], &metadata["description"]),
            (&json!("rest"), &json!(ADMIN), &json!("group:default/team"), &json!("d"))
        );
        assert!(metadata["createdAt"].as_str().is_some_and(|date| date.ends_with(" GMT")), "{metadata}");
        let all = process.admin("GET", "/roles", Value::Null, 200).await;
        assert_eq!(all.as_array().map(Vec::len), Some(2), "the admins' role and this one");
        let old = json!({"memberReferences": [ADA]});
        let with = |members: Value| json!({"oldRole": old, "newRole": {"name": ROLE, "memberReferences": members}});
        process.admin("PUT", PATH, with(json!([ADA])), 204).await;
        process.admin("PUT", PATH, with(json!([ADA, "group:default/team"])), 200).await;
        process.admin("PUT", PATH, with(json!([ADA, "group:default/team"])), 409).await;
        let missing = json!({"oldRole": {"memberReferences": ["user:default/x"]}, "newRole": {"name": ROLE, "memberReferences": [ADA]}});
        process.admin("PUT", PATH, missing, 404).await;
        process.admin("PUT", "/roles/role/default/nope", with(json!([ADA])), 404).await;
        process.admin("POST", "/policies", json!([policy("things.thing.look", "use", "allow")]), 201).await;
        let renamed = json!({"oldRole": old, "newRole": {"name": "role:default/s", "memberReferences": [ADA]}});
        process.admin("PUT", PATH, renamed, 200).await;
        process.admin("GET", PATH, Value::Null, 404).await;
        let policies = process.admin("GET", "/policies/role/default/s", Value::Null, 200).await;
        assert_eq!(policies[0]["permission"], "things.thing.look", "policies go along");
        let member = "/roles/role/default/s?memberReferences=group:default/team";
        process.admin("DELETE", member, Value::Null, 204).await;
        process.admin("DELETE", member, Value::Null, 404).await;
        process.admin("DELETE", "/roles/role/default/s", Value::Null, 204).await;
        process.admin("DELETE", "/roles/role/default/s", Value::Null, 404).await;
        process.admin("GET", "/policies/role/default/s", Value::Null, 404).await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_are_made_changed_and_removed_and_count_at_once() {
    for_each_database(async |database| {
        let process = Process::start(database.database(), with_rbac(json!({})), &People::company()).await;
        let look = policy("things.thing.look", "use", "allow");
        process.admin("POST", "/policies", json!([look]), 404).await;
        process.put_role(ROLE, &[ADA], &[]).await;
        process.admin("GET", POLICIES, Value::Null, 404).await;
        assert_eq!(process.decide(ADA, THING_LOOK).await, Decision::Deny);
        process.admin("POST", "/policies", json!([look]), 201).await;
        assert_eq!(process.decide(ADA, THING_LOOK).await, Decision::Allow);
        process.admin("POST", "/policies", json!([look]), 409).await;
        process
            .admin(
                "POST",
                "/policies",
                json!([policy("a", "use", "allow"), policy("a", "use", "allow")]),
                409,
            )
            .await;
        let mixed = json!([policy("b", "use", "allow"), look]);
        process.admin("POST", "/policies", mixed, 409).await;
        let found = process.admin("GET", "/policies?permission=b", Value::Null, 200).await;
        assert_eq!(found, json!([]), "all or none");
        let found = process.admin("GET", POLICIES, Value::Null, 200).await;
        let mut shown = look.clone();
        shown["metadata"] = json!({"source": "rest"});
        assert_eq!(found, json!([shown]));
        let change = |old: &Value, new: &Value| json!({"oldPolicy": [old], "newPolicy": [new]});
        let denied = policy("things.thing.look", "use", "deny");
        process.admin("PUT", POLICIES, change(&look, &look), 204).await;
        process.admin("PUT", POLICIES, change(&look, &denied), 200).await;
        process.admin("PUT", POLICIES, change(&look, &denied), 404).await;
        process
            .admin("PUT", POLICIES, json!({"oldPolicy": [denied, look], "newPolicy": [denied]}), 400)
            .await;
        assert_eq!(process.decide(ADA, THING_LOOK).await, Decision::Deny);
        for (path, count) in [
            ("/policies?effect=deny", 1),
            ("/policies?effect=deny&entityRef=role:default/rbac_admin", 0),
            ("/policies?entityRef=role:default/rbac_admin", 5),
            ("/policies?policy=use", 1),
        ] {
            let found = process.admin("GET", path, Value::Null, 200).await;
            assert_eq!(found.as_array().map(Vec::len), Some(count), "{path}");
        }
        process.admin("DELETE", POLICIES, json!([look]), 404).await;
        process.admin("DELETE", POLICIES, json!([denied]), 204).await;
        process.admin("DELETE", POLICIES, json!([]), 400).await;
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_are_made_found_changed_and_removed() {
    for_each_database(async |database| {
        let process = Process::start(database.database(), with_rbac(json!({})), &People::company()).await;
        let body = condition(ROLE, "things.thing.read", "read", owned_by(&["a"]));
        process.admin("POST", "/roles/conditions", body.clone(), 404).await;
        process.put_role(ROLE, &[ADA], &[]).await;
        let id = process.put_condition(ROLE, "things.thing.read", "read", owned_by(&["a"])).await;
        process.admin("POST", "/roles/conditions", body.clone(), 409).await;
        let path = format!("/roles/conditions/{id}");
        let mut shown = body.clone();
        shown["id"] = id.into();
        assert_eq!(process.admin("GET", &path, Value::Null, 200).await, shown);
        for (query, count) in [
            ("", 1),
            ("?roleEntityRef=role:default/r&pluginId=things&resourceType=thing&actions=read", 1),
            ("?roleEntityRef=role:default/x", 0),
            ("?actions=delete", 0),
            ("?pluginId=catalog", 0),
        ] {
            let found = process.admin("GET", &format!("/roles/conditions{query}"), Value::Null, 200).await;
            assert_eq!(found.as_array().map(Vec::len), Some(count), "{query}");
        }
        process.admin("GET", "/roles/conditions?actions=look", Value::Null, 400).await;
        let changed = condition(ROLE, "things.thing.read", "read", owned_by(&["b"]));
        process.admin("PUT", &path, changed, 200).await;
        let decide = async |thing: &str| process.decide_for(ADA, THING_READ, Some(thing)).await;
        assert_eq!((decide("x@a").await, decide("x@b").await), (Decision::Deny, Decision::Allow));
        process.admin("DELETE", &path, Value::Null, 204).await;
        for (method, path, body, status) in [
            ("DELETE", path.as_str(), Value::Null, 404),
            ("GET", path.as_str(), Value::Null, 404),
            ("PUT", path.as_str(), body.clone(), 404),
            ("GET", "/roles/conditions/x", Value::Null, 400),
        ] {
            process.admin(method, path, body, status).await;
        }
        let again = process.put_condition(ROLE, "things.thing.read", "read", owned_by(&["a"])).await;
        assert!(again > id, "a number is never given twice");
        process.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_and_says_why() {
    let database = TestDatabase::sqlite().await;
    let process = Process::start(database.database(), with_rbac(json!({})), &People::company()).await;
    process.put_role(ROLE, &[ADA], &[]).await;
    let role = |name: &str, members: Value| json!({"name": name, "memberReferences": members});
    for body in [
        Value::Null,
        role("", json!([ADA])),
        role("group:default/x", json!([ADA])),
        role("role:x", json!([ADA])),
        role("role:Default/x", json!([ADA])),
        role("role:default/x", json!([])),
        role("role:default/x", json!(["role:default/y"])),
        role("role:default/x", json!(["api:default/y"])),
        role("role:default/x", json!(["ada"])),
        role("role:default/x", json!([1])),
        json!({"name": "role:default/x", "memberReferences": [ADA], "metadata": {"owner": "role:default/x"}}),
    ] {
        process.admin("POST", "/roles", body, 400).await;
    }
    process.admin("POST", "/roles", role("role:default/x", json!([ADA, "User:default/ADA"])), 409).await;
    for body in [
        json!([]),
        json!([policy("", "read", "allow")]),
        json!([policy("a\"b", "read", "allow")]),
        json!([policy("a", "look", "allow")]),
        json!([policy("a", "read", "maybe")]),
        json!([{"entityReference": ADA, "permission": "a", "policy": "read", "effect": "allow"}]),
    ] {
        process.admin("POST", "/policies", body, 400).await;
    }
    let good = condition(ROLE, "things.thing.read", "read", owned_by(&["a"]));
    let without = |name: &str| {
        let mut body = good.clone();
        body[name] = Value::Null;
        body
    };
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let wide = json!({"anyOf": (0..65).map(|_| owned_by(&["a"])).collect::<Vec<_>>()});
    let four = json!({"anyOf": (0..64).map(|_| owned_by(&["a"])).collect::<Vec<_>>()});
    let large = json!({"allOf": [four, four, four, four]});
    let deep = (0..12).fold(owned_by(&["a"]), |inner, _| json!({"not": inner}));
    let mapped = |at: usize| json!({"name": format!("p{at}"), "action": "read"});
    for body in [
        without("roleEntityRef"),
        without("result"),
        without("pluginId"),
        without("resourceType"),
        without("permissionMapping"),
        without("conditions"),
        with("result", json!("ALLOW")),
        with("permissionMapping", json!(["read"])),
        with("permissionMapping", json!([{"name": "things.thing.read", "action": "look"}])),
        with("permissionMapping", json!([{"name": "", "action": "read"}])),
        with("permissionMapping", json!([{"name": "things.thing.nope", "action": "read"}])),
        with("permissionMapping", (0..26).map(mapped).collect()),
        with("conditions", json!({"anyOf": []})),
        with("conditions", json!({"anyOf": [owned_by(&["a"])], "not": owned_by(&["a"])})),
        with("conditions", json!({"rule": "OWNED_BY"})),
        with("conditions", json!({"rule": "X", "resourceType": "other"})),
        with("conditions", wide),
        with("conditions", large),
        with("conditions", deep),
    ] {
        process.admin("POST", "/roles/conditions", body, 400).await;
    }
    process.admin("POST", "/plugins/id", json!({"ids": ["../x"]}), 400).await;
    let huge = json!([policy(&"x".repeat(2 << 20), "read", "allow")]);
    process.admin("POST", "/policies", huge, 413).await;
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_users_with_the_permission_change_anything_and_services_only_read() {
    let database = TestDatabase::sqlite().await;
    let process = Process::start(database.database(), with_rbac(json!({})), &People::company()).await;
    process.put_role(ROLE, &[ADA], &[]).await;
    let role = json!({"name": "role:default/x", "memberReferences": [ADA]});
    for (method, path, body) in [
        ("GET", "/", Value::Null),
        ("GET", "/roles", Value::Null),
        ("GET", PATH, Value::Null),
        ("GET", "/policies", Value::Null),
        ("GET", "/roles/conditions", Value::Null),
        ("GET", "/plugins/policies", Value::Null),
        ("GET", "/plugins/condition-rules", Value::Null),
        ("GET", "/plugins/id", Value::Null),
    ] {
        let status = async |caller| process.send(caller, method, path, body.clone()).await.status.as_u16();
        assert_eq!(
            (
                status(ADMIN).await,
                status(SERVICE).await,
                status(ADA).await,
                status("limited").await,
                status("").await
            ),
            (200, 200, 403, 403, 401),
            "{method} {path}"
        );
    }
    for (method, path, body) in [
        ("POST", "/roles", role),
        ("DELETE", PATH, Value::Null),
        ("POST", "/policies", json!([policy("a", "use", "allow")])),
        ("POST", "/plugins/id", json!({"ids": ["x"]})),
        ("POST", "/refresh/x", Value::Null),
    ] {
        for caller in [SERVICE, ADA, "limited"] {
            let answer = process.send(caller, method, path, body.clone()).await;
            assert_eq!(answer.status, 403, "{caller} {method} {path}");
        }
    }
    process.admin("POST", "/refresh/x", Value::Null, 404).await;
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_manage_some_roles_sees_and_changes_no_others() {
    let database = TestDatabase::sqlite().await;
    let people = People::company();
    let folder = tempfile::tempdir().expect("a folder");
    let (csv, yaml) = (folder.path().join("p.csv"), folder.path().join("c.yaml"));
    std::fs::write(&csv, "g, user:default/lead, role:default/leads\n").expect("a file");
    let text = "result: CONDITIONAL\nroleEntityRef: role:default/leads\npluginId: permission\nresourceType: policy-entity\npermissionMapping: [read, update, delete]\nconditions: {rule: IS_OWNER, resourceType: policy-entity, params: {owners: [$currentUser]}}\n";
    std::fs::write(&yaml, text).expect("a file");
    let config = with_rbac(json!({"policies-csv-file": csv, "conditionalPoliciesFile": yaml}));
    let process = Process::start(database.database(), config, &people).await;
    const LEAD: &str = "user:default/lead";
    let owned = json!({"name": "role:default/mine", "memberReferences": [ADA], "metadata": {"owner": LEAD}});
    process.admin("POST", "/roles", owned, 201).await;
    process.put_role(ROLE, &[ADA], &["a use allow"]).await;
    let roles = process.send(LEAD, "GET", "/roles", Value::Null).await.body;
    assert_eq!(roles.as_array().map(Vec::len), Some(1), "{roles}");
    assert_eq!(process.send(LEAD, "GET", "/policies", Value::Null).await.body, json!([]));
    assert_eq!(process.send(LEAD, "GET", PATH, Value::Null).await.status, 404);
    assert_eq!(process.send(LEAD, "DELETE", PATH, Value::Null).await.status, 403);
    let change = json!({"oldRole": {"memberReferences": [ADA]}, "newRole": {"name": "role:default/mine", "memberReferences": [LEAD]}});
    let answer = process.send(LEAD, "PUT", "/roles/role/default/mine", change).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        process.send(LEAD, "POST", "/roles", json!({})).await.status,
        403,
        "making roles is another permission"
    );
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_of_the_file_or_the_configuration_is_not_changed_over_http() {
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    let csv = folder.path().join("p.csv");
    std::fs::write(&csv, format!("g, {ADA}, {ROLE}\np, {ROLE}, a, use, allow\n")).expect("a file");
    let config = with_rbac(json!({"policies-csv-file": csv}));
    let process = Process::start(database.database(), config, &People::company()).await;
    let role = process.admin("GET", PATH, Value::Null, 200).await;
    assert_eq!(role[0]["metadata"]["source"], "csv-file");
    let new = json!({"oldRole": {"memberReferences": [ADA]}, "newRole": {"name": ROLE, "memberReferences": [ADMIN]}});
    for (method, path, body) in [
        ("POST", "/roles", json!({"name": ROLE, "memberReferences": [ADA]})),
        ("POST", "/roles", json!({"name": "role:default/rbac_admin", "memberReferences": [ADA]})),
        ("PUT", PATH, new),
        ("DELETE", PATH, Value::Null),
        ("DELETE", "/roles/role/default/rbac_admin", Value::Null),
        ("POST", "/policies", json!([policy("b", "use", "allow")])),
        ("DELETE", POLICIES, json!([policy("a", "use", "allow")])),
        ("POST", "/roles/conditions", condition(ROLE, "things.thing.read", "read", owned_by(&["a"]))),
    ] {
        process.admin(method, path, body, 403).await;
    }
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_and_their_rules_are_listed() {
    let database = TestDatabase::sqlite().await;
    let config = with_rbac(json!({"pluginsWithPermission": ["catalog"]}));
    let process = Process::start(database.database(), config, &People::company()).await;
    let policies = process.admin("GET", "/plugins/policies", Value::Null, 200).await;
    assert_eq!(policies[1]["pluginId"], "things");
    assert_eq!(
        policies[1]["policies"][0],
        json!({"name": "things.thing.read", "policy": "read", "resourceType": "thing"})
    );
    assert_eq!(policies[1]["policies"][3], json!({"name": "things.thing.look", "policy": "use"}));
    let rules = process.admin("GET", "/plugins/condition-rules", Value::Null, 200).await;
    assert_eq!(rules[0]["rules"][0]["name"], "IS_OWNER");
    let ids = process.admin("POST", "/plugins/id", json!({"ids": ["scaffolder"]}), 200).await;
    assert_eq!(ids, json!({"ids": ["catalog", "scaffolder"]}));
    let ids = process.admin("DELETE", "/plugins/id", json!({"ids": ["scaffolder"]}), 200).await;
    assert_eq!(ids, json!({"ids": ["catalog"]}));
    assert_eq!(process.admin("GET", "/plugins/id", Value::Null, 200).await, ids);
    process.stop().await;
}
