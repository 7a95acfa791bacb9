//! The compiled engine against the plainest reading of the model, on random roles.

use std::collections::BTreeSet;

use callboard_kit::permission::{Decision, Permission};
use callboard_testkit::TestDatabase;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::support::{ADA, People, Process, THING_CREATE, THING_DELETE, THING_LOOK, THING_READ, with_rbac};

const MEMBERS: [&str; 5] =
    [ADA, "group:default/team", "group:default/company", "group:default/elsewhere", "user:default/bob"];
const OBJECTS: [&str; 5] =
    ["thing", "things.thing.read", "things.thing.delete", "things.thing.create", "things.thing.look"];
const ACTIONS: [&str; 4] = ["read", "delete", "create", "use"];
const PERMISSIONS: [Permission; 4] = [THING_READ, THING_DELETE, THING_CREATE, THING_LOOK];

/// Members, and policies of object, action and whether they allow.
type RandomRole = (BTreeSet<usize>, BTreeSet<(usize, usize, bool)>);

fn roles() -> impl Strategy<Value = Vec<RandomRole>> {
    let members = prop::collection::btree_set(0..MEMBERS.len(), 1..3);
    let policies = prop::collection::btree_set((0..OBJECTS.len(), 0..ACTIONS.len(), any::<bool>()), 1..5);
    prop::collection::vec((members, policies), 0..5)
}

/// What the model says, read aloud: some role of the user allows and none denies, about the name if any role of the
/// user says anything about it, else about the type.
fn expected(roles: &[RandomRole], permission: Permission) -> bool {
    let has = |role: &&RandomRole| role.0.iter().any(|member| *member < 3);
    let action = permission.action.unwrap_or("use");
    let said = |object: &str| -> Vec<bool> {
        let policies = roles.iter().filter(has).flat_map(|role| &role.1);
        policies
            .filter(|(of, does, _)| OBJECTS[*of] == object && ACTIONS[*does] == action)
            .map(|(_, _, allows)| *allows)
            .collect()
    };
    let by_name = said(permission.name);
    let said = match permission.resource_type {
        Some(resource_type) if by_name.is_empty() => said(resource_type),
        _ => by_name,
    };
    said.contains(&true) && !said.contains(&false)
}

#[tokio::test(flavor = "multi_thread")]
async fn random_roles_decide_as_the_model_says() {
    let database = TestDatabase::sqlite().await;
    let people = People::company();
    let folder = tempfile::tempdir().expect("a folder");
    let mut runner = TestRunner::deterministic();
    for round in 0..60 {
        let roles = roles().new_tree(&mut runner).expect("roles").current();
        let mut text = String::new();
        for (at, (members, policies)) in roles.iter().enumerate() {
            for member in members {
                text.push_str(&format!("g, {}, role:default/r{at}\n", MEMBERS[*member]));
            }
            for (object, action, allows) in policies {
                let effect = if *allows { "allow" } else { "deny" };
                text.push_str(&format!(
                    "p, role:default/r{at}, {}, {}, {effect}\n",
                    OBJECTS[*object], ACTIONS[*action]
                ));
            }
        }
        let file = folder.path().join(format!("{round}.csv"));
        std::fs::write(&file, &text).expect("a file");
        let config = with_rbac(json!({"policies-csv-file": file}));
        let process = Process::start(database.database(), config, &people).await;
        for permission in PERMISSIONS {
            let decision = process.decide(ADA, permission).await;
            let wanted = if expected(&roles, permission) { Decision::Allow } else { Decision::Deny };
            assert_eq!(decision, wanted, "{} with\n{text}", permission.name);
        }
        process.stop().await;
    }
}
