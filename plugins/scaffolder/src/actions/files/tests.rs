//! Nothing outside of a workspace is read, written or deleted, whatever paths and links a template brings.

use std::os::unix::fs::symlink;
use std::path::Path;

use bytes::Bytes;
use proptest::prelude::*;

use super::entry::EntryKind;
use super::place::Place;
use crate::action::{ActionError, Workspace};

const CANARY: &str = "canary";

struct Rig {
    _base: tempfile::TempDir,
    outside: std::path::PathBuf,
    root: std::path::PathBuf,
    place: Place,
}

fn rig() -> Rig {
    let base = tempfile::tempdir().unwrap();
    let (root, outside) = (base.path().join("workspace"), base.path().join("outside"));
    std::fs::create_dir_all(root.join("a/b")).unwrap();
    std::fs::create_dir_all(&outside).unwrap();
    std::fs::write(outside.join("secret"), CANARY).unwrap();
    std::fs::write(root.join("a/file"), "inside").unwrap();
    let place = Place::new(&Workspace::open(&root).unwrap());
    Rig { _base: base, outside, root, place }
}

fn file(text: &str) -> EntryKind {
    EntryKind::File { body: Bytes::from(text.to_owned()), executable: false }
}

/// What lies outside, as it was.
fn untouched(outside: &Path) -> bool {
    let names: Vec<_> = std::fs::read_dir(outside).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names == ["secret"] && std::fs::read_to_string(outside.join("secret")).unwrap() == CANARY
}

fn leaked(kind: &Result<EntryKind, ActionError>) -> bool {
    matches!(kind, Ok(EntryKind::File { body, .. }) if body.as_ref() == CANARY.as_bytes())
}

#[test]
fn cve_2021_43783_no_form_of_a_path_writes_outside_of_the_workspace() {
    let rig = rig();
    for path in [
        "../outside/x",
        "a/../../outside/x",
        "/etc/x",
        "/",
        "..",
        "a/b/../../../outside/x",
        "..\\outside\\x",
        "C:\\x",
        "\\\\host\\share\\x",
        "a/\0/x",
        "./../outside/x",
    ] {
        assert!(rig.place.write(path, &file("x")).is_err(), "{path:?}");
        assert!(rig.place.make_directory(path).is_err(), "{path:?}");
        assert!(rig.place.remove(path).is_err(), "{path:?}");
        assert!(rig.place.rename("a/file", path, true).is_err(), "{path:?}");
        assert!(rig.place.tree(path).is_err(), "{path:?}");
    }
    assert!(untouched(&rig.outside));
    assert!(rig.root.join("a/file").exists());
}

#[test]
fn cve_2026_24046_deleting_a_link_leaves_what_it_leads_to() {
    let rig = rig();
    symlink(&rig.outside, rig.root.join("a/link")).unwrap();
    assert!(rig.place.remove("a").unwrap());
    assert!(untouched(&rig.outside) && !rig.root.join("a").exists());
}

#[test]
fn cve_2026_24047_chains_of_links_and_links_to_nowhere_lead_nowhere() {
    let rig = rig();
    symlink("two", rig.root.join("one")).unwrap();
    symlink("a/three", rig.root.join("two")).unwrap();
    symlink(&rig.outside, rig.root.join("a/three")).unwrap();
    symlink(rig.outside.join("later"), rig.root.join("dangling")).unwrap();
    for path in ["one/x", "two/x", "a/three/x", "dangling/x", "dangling", "one/secret"] {
        assert!(rig.place.write(path, &file("x")).is_err(), "{path}");
        assert!(!leaked(&rig.place.read(path)), "{path}");
    }
    assert!(untouched(&rig.outside));
}

#[test]
fn links_inside_of_the_workspace_are_followed_and_a_file_replaces_a_link() {
    let rig = rig();
    symlink("a", rig.root.join("alias")).unwrap();
    rig.place.write("alias/new", &file("text")).unwrap();
    assert_eq!(std::fs::read_to_string(rig.root.join("a/new")).unwrap(), "text");
    symlink("a/file", rig.root.join("file")).unwrap();
    rig.place.write("file", &file("other")).unwrap();
    assert_eq!(std::fs::read_to_string(rig.root.join("a/file")).unwrap(), "inside");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_mix_of_links_and_paths_reaches_the_outside(
        links in prop::collection::vec((0..6_usize, 0..9_usize), 0..6),
        parts in prop::collection::vec(0..9_usize, 1..6),
        to in prop::collection::vec(0..9_usize, 1..6),
    ) {
        let rig = rig();
        let outside = rig.outside.to_string_lossy().into_owned();
        let words = ["a", "b", "l0", "l1", "..", ".", "secret", "file", "x"];
        let targets = ["..", ".", "a", "l0", "l1", "../outside", outside.as_str(), "a/../..", "nowhere"];
        let places = ["l0", "l1", "a/l0", "a/b/l1", "a/b/x", "x"];
        for (place, target) in links {
            let _ = symlink(targets[target], rig.root.join(places[place]));
        }
        let path = |parts: &[usize]| parts.iter().map(|part| words[*part]).collect::<Vec<_>>().join("/");
        let (from, to) = (path(&parts), path(&to));
        prop_assert!(!leaked(&rig.place.read(&from)));
        if let Ok(entries) = rig.place.tree(&from) {
            for entry in entries {
                prop_assert!(!leaked(&Ok(entry.kind)));
            }
        }
        let _ = rig.place.write(&from, &file("written"));
        let _ = rig.place.rename(&from, &to, true);
        let _ = rig.place.make_directory(&to);
        let _ = rig.place.remove(&from);
        let _ = rig.place.remove(&to);
        prop_assert!(untouched(&rig.outside));
    }
}

#[test]
fn cve_2024_26150_a_link_that_is_put_there_meanwhile_is_not_followed() {
    let rig = rig();
    let racing = rig.root.join("race");
    let outside = rig.outside.clone();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let ended = stop.clone();
    let attacker = std::thread::spawn(move || {
        while !ended.load(std::sync::atomic::Ordering::Relaxed) {
            let _ = std::fs::create_dir(&racing);
            let _ = std::fs::remove_dir_all(&racing);
            let _ = symlink(&outside, &racing);
            let _ = std::fs::remove_file(&racing);
        }
    });
    for _ in 0..2_000 {
        let _ = rig.place.write("race/x", &file("written"));
        assert!(!leaked(&rig.place.read("race/secret")));
        let _ = rig.place.remove("race/secret");
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    attacker.join().unwrap();
    assert!(untouched(&rig.outside));
}
