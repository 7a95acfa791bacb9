//! The two files: read at start, read again when they change, and not taken when they are wrong.

use std::path::Path;

use callboard_kit::permission::Decision;
use callboard_testkit::{TestDatabase, eventually};
use serde_json::{Value, json};

use crate::support::{ADA, People, Process, THING_DELETE, THING_LOOK, owned_by, with_rbac};

const ROLES: &str =
    "g, group:default/team, role:default/r\np, role:default/r, things.thing.look, use, allow\n";
const CONDITION: &str = "result: CONDITIONAL\nroleEntityRef: role:default/r\npluginId: things\nresourceType: thing\npermissionMapping: [delete]\nconditions: {rule: OWNED_BY, resourceType: thing, params: {owners: [$currentUser]}}\n";

fn config(folder: &Path, reload: bool) -> Value {
    with_rbac(json!({
        "policies-csv-file": folder.join("p.csv"),
        "conditionalPoliciesFile": folder.join("c.yaml"),
        "policyFileReload": reload,
    }))
}

fn write(folder: &Path, csv: &str, yaml: &str) {
    std::fs::write(folder.join("p.csv"), csv).expect("a file");
    std::fs::write(folder.join("c.yaml"), yaml).expect("a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_counts_and_one_that_is_wrong_does_not() {
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), ROLES, CONDITION);
    let process = Process::start(database.database(), config(folder.path(), true), &People::company()).await;
    let looks = async || process.decide(ADA, THING_LOOK).await == Decision::Allow;
    let deletes =
        async |thing: &str| process.decide_for(ADA, THING_DELETE, Some(thing)).await == Decision::Allow;
    assert!(looks().await && deletes("x@user:default/ada").await && !deletes("x@y").await);
    write(folder.path(), &ROLES.replace("allow", "deny"), &CONDITION.replace("$currentUser", "y"));
    eventually("the new files count", async || !looks().await && deletes("x@y").await).await;
    // Wrong in one file, right in the other: neither is taken.
    write(folder.path(), &format!("{ROLES}p, nonsense\n"), CONDITION);
    let error = process.service.read_files_again().await.expect_err("a wrong file").to_string();
    assert!(error.contains("p.csv:3: "), "{error}");
    assert!(!looks().await && deletes("x@y").await);
    write(folder.path(), ROLES, CONDITION);
    eventually("the mended files count", async || looks().await && !deletes("x@y").await).await;
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_wrong_or_missing_at_start_stops_the_start_and_names_the_line() {
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    let people = People::company();
    for (csv, yaml, place) in [
        (format!("{ROLES}p, nonsense\n"), CONDITION.to_owned(), "p.csv:3: "),
        (ROLES.to_owned(), format!("{CONDITION}---\na: [\n"), "c.yaml:"),
    ] {
        write(folder.path(), &csv, &yaml);
        let started = Process::try_start(database.database(), config(folder.path(), false), &people);
        let error = started.await.err().expect("it does not start").message;
        assert!(error.contains(place), "{error}");
    }
    std::fs::remove_file(folder.path().join("c.yaml")).expect("removing");
    let started = Process::try_start(database.database(), config(folder.path(), false), &people);
    assert!(started.await.err().expect("it does not start").message.contains("c.yaml"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_does_not_take_a_role_of_the_database() {
    let database = TestDatabase::sqlite().await;
    let process = Process::start(database.database(), with_rbac(json!({})), &People::company()).await;
    process.put_role("role:default/r", &[ADA], &[]).await;
    process.put_condition("role:default/r", "things.thing.delete", "delete", owned_by(&["z"])).await;
    process.stop().await;
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), ROLES, CONDITION);
    let process = Process::start(database.database(), config(folder.path(), false), &People::company()).await;
    assert_eq!(process.decide(ADA, THING_LOOK).await, Decision::Deny);
    assert_eq!(process.decide_for(ADA, THING_DELETE, Some("x@z")).await, Decision::Allow);
    process.stop().await;
}
