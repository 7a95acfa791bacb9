//! A table of roles and what each may do, printed and kept, so that a change of meaning is seen by whoever reviews it.

use std::path::Path;

use callboard_kit::permission::{Decision, Permission};
use callboard_testkit::TestDatabase;
use serde_json::json;

use crate::support::{People, Process, THING_CREATE, THING_DELETE, THING_LOOK, THING_READ, with_rbac};

const CSV: &str = "\
g, user:default/reader, role:default/reader
p, role:default/reader, thing, read, allow
g, user:default/editor, role:default/editor
p, role:default/editor, thing, read, allow
p, role:default/editor, things.thing.create, create, allow
p, role:default/editor, things.thing.look, use, allow
g, user:default/owner, role:default/owner
p, role:default/owner, thing, read, allow
g, user:default/barred, role:default/editor
g, user:default/barred, role:default/barred
p, role:default/barred, things.thing.create, create, deny
p, role:default/barred, thing, read, deny
g, user:default/named, role:default/named
p, role:default/named, thing, delete, deny
p, role:default/named, things.thing.delete, delete, allow
";
const YAML: &str = "\
result: CONDITIONAL
roleEntityRef: role:default/owner
pluginId: things
resourceType: thing
permissionMapping: [delete]
conditions: {rule: OWNED_BY, resourceType: thing, params: {owners: [$currentUser]}}
";
const USERS: [&str; 7] = ["nobody", "reader", "editor", "owner", "barred", "named", "admin"];
const PERMISSIONS: [Permission; 8] = [
    THING_READ,
    THING_DELETE,
    THING_CREATE,
    THING_LOOK,
    Permission { name: "policy.entity.read", action: Some("read"), resource_type: Some("policy-entity") },
    Permission { name: "policy.entity.create", action: Some("create"), resource_type: None },
    Permission { name: "policy.entity.delete", action: Some("delete"), resource_type: Some("policy-entity") },
    Permission { name: "catalog.entity.read", action: Some("read"), resource_type: Some("catalog-entity") },
];

#[tokio::test(flavor = "multi_thread")]
async fn roles_may_do_what_the_table_says() {
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (csv, yaml) = (folder.path().join("p.csv"), folder.path().join("c.yaml"));
    std::fs::write(&csv, CSV).expect("a file");
    std::fs::write(&yaml, YAML).expect("a file");
    let config = with_rbac(json!({"policies-csv-file": csv, "conditionalPoliciesFile": yaml}));
    let process = Process::start(database.database(), config, &People::company()).await;
    let mut table = format!("{:<24}{}\n", "", USERS.map(|user| format!("{user:<12}")).concat().trim_end());
    for permission in PERMISSIONS {
        let mut row = format!("{:<24}", permission.name);
        for user in USERS {
            let word = match process.decide(&format!("user:default/{user}"), permission).await {
                Decision::Allow => "allow",
                Decision::Deny => "-",
                Decision::Conditional(_) => "condition",
            };
            row.push_str(&format!("{word:<12}"));
        }
        table.push_str(row.trim_end());
        table.push('\n');
    }
    process.stop().await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/roles.golden.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &table).expect("writing");
    }
    assert_eq!(table, std::fs::read_to_string(&file).expect("the table"), "UPDATE_GOLDEN=1 writes it anew");
}
