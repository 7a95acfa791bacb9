//! Which files are read, in which order, and what includes and variables in them become.

use serde_json::{Value, json};

use crate::support::{Memory, ROOT};

#[test]
fn default_files_follow_backstage_env_in_order() {
    let files = Memory::default()
        .file("app-config.yaml", "a: 0\nb: 0\nc: 0\nd: 0\ne: 0")
        .file("app-config.one.yaml", "b: one\nc: one\nd: one\ne: one")
        .file("app-config.two.yaml", "c: two\nd: two\ne: two")
        .file("app-config.local.yaml", "d: local\ne: local")
        .file("app-config.one.local.yaml", "e: one-local")
        .file("app-config.production.yaml", "a: never")
        .var("BACKSTAGE_ENV", " one, two ,");
    let value = files.config().get("").unwrap();
    assert_eq!(value, json!({"a": 0, "b": "one", "c": "two", "d": "local", "e": "one-local"}));
}

#[test]
fn named_files_replace_the_default_list() {
    let files = Memory::default()
        .file("app-config.yaml", "a: 1")
        .file("app-config.local.yaml", "a: 2")
        .file("other/x.yaml", "b: 1")
        .target("other/x.yaml");
    assert_eq!(files.config().get("").unwrap(), json!({"b": 1}));
    assert!(files.clone().target("gone.yaml").error().contains("gone.yaml: this config file does not exist"));
    assert!(files.target("https://example.com/x.yaml").error().contains("not from URLs"));
}

#[test]
fn a_missing_default_file_says_what_to_do() {
    let error = Memory::default().error();
    assert!(error.contains("app-config.yaml") && error.contains("--config"), "{error}");
}

#[test]
fn an_environment_name_cannot_leave_the_folder() {
    let files = Memory::default().file("app-config.yaml", "").var("BACKSTAGE_ENV", "../../etc/x");
    assert!(files.error().starts_with("env BACKSTAGE_ENV: "));
}

#[test]
fn later_sources_win_objects_merge_arrays_replace_null_hides() {
    let cases = [
        ("a: {x: 1, y: 1}", "a: {y: 2, z: 2}", json!({"a": {"x": 1, "y": 2, "z": 2}})),
        ("a: [1, 2]", "a: [3]", json!({"a": [3]})),
        ("a: {x: 1}", "a: text", json!({"a": "text"})),
        ("a: text", "a: {x: 1}", json!({"a": {"x": 1}})),
        ("a: {x: 1}", "a: null", json!({"a": null})),
        ("a: {x: 1}", "", json!({"a": {"x": 1}})),
        ("# only a comment", "a: 1", json!({"a": 1})),
    ];
    for (low, high, expected) in cases {
        let files = Memory::default().file("app-config.yaml", low).file("app-config.local.yaml", high);
        assert_eq!(files.config().get("").unwrap(), expected, "{low} + {high}");
    }
}

#[test]
fn null_hides_what_lower_sources_say() {
    let config = Memory::default()
        .file("app-config.yaml", "proxy: {endpoints: {x: y}}\nbackend: {cors: {origin: z}}")
        .file("app-config.local.yaml", "proxy:\nbackend: {cors: null}")
        .config();
    assert!(!config.has("proxy") && !config.has("proxy.endpoints") && !config.has("backend.cors"));
    assert_eq!(config.opt_str("backend.cors.origin").unwrap(), None);
    assert!(config.opt_config("proxy.endpoints").unwrap().is_none());
}

#[test]
fn variables_are_substituted() {
    let cases: &[(&str, Value)] = &[
        ("${A}", json!("one")),
        ("x-${A}-${B}", json!("x-one-two")),
        ("${ A }", json!("one")),
        ("$${A}", json!("${A}")),
        ("$${A} ${A}", json!("${A} one")),
        ("${EMPTY}x", json!("x")),
        ("${EMPTY:-d}", json!("d")),
        ("${GONE:-d}", json!("d")),
        ("${A:-d}", json!("one")),
        ("${GONE:-http://h:1/p}", json!("http://h:1/p")),
        ("${GONE:-}", Value::Null),
        ("${EMPTY:-}", Value::Null),
        ("${GONE}", Value::Null),
        ("x ${A} ${GONE}", Value::Null),
        ("$A {A} ${A", json!("$A {A} ${A")),
        ("${A${B}}", json!("${Atwo}")),
        ("${SPACED}", json!("trimmed")),
    ];
    for (text, expected) in cases {
        let yaml = format!("v: {}", Value::from(*text));
        let config = Memory::default()
            .file("app-config.yaml", &yaml)
            .var("A", "one")
            .var("B", "two")
            .var("EMPTY", "")
            .var("SPACED", "  trimmed\n")
            .config();
        assert_eq!(config.get("v").unwrap_or(Value::Null), *expected, "{text}");
    }
}

#[test]
fn a_key_without_its_variable_vanishes_and_the_error_names_the_variable() {
    let config = Memory::default()
        .file("app-config.yaml", "backend:\n  database:\n    host: ${DB_HOST}\n    list: [a, '${GONE}', b]\n")
        .config();
    assert!(!config.has("backend.database.host"));
    assert_eq!(config.get("backend.database.list").unwrap(), json!(["a", "b"]));
    let error = config.get_config("backend").unwrap().get_str("database.host").unwrap_err().to_string();
    assert_eq!(
        error,
        "app-config.yaml:3:5: backend.database.host: missing because the variable DB_HOST is not set, expected a string"
    );
}

#[test]
fn includes_are_resolved() {
    let files = Memory::default()
        .file(
            "app-config.yaml",
            "env: {$env: A}\ngone: {$env: GONE}\nfile: {$file: 'secrets/${A}.txt'}\n\
             tree: {$include: sub/more.yaml}\npart: {$include: 'sub/more.yaml#a.b'}\n\
             none: {$include: 'sub/more.yaml#a.zzz'}\njson: {$include: ./x.json}\ndata: {$other: 1, x: 2}\n",
        )
        .file("secrets/one.txt", "line ${A}\n\n")
        .file("sub/more.yaml", "a: {b: '${A}', c: {$file: own.txt}}\nup: {$include: ../x.json}")
        .file("sub/own.txt", "own")
        .file("x.json", "{\"j\": \"${A}\"}")
        .var("A", "one");
    let loaded = files.load().unwrap();
    assert_eq!(
        loaded.config.get("").unwrap(),
        json!({
            "env": "one", "file": "line ${A}",
            "tree": {"a": {"b": "one", "c": "own"}, "up": {"j": "one"}},
            "part": "one", "json": {"j": "one"}, "data": {"$other": 1, "x": 2},
        })
    );
    assert!(
        loaded.files.iter().any(|path| path.ends_with("sub/own.txt")),
        "watchers learn of included files"
    );
}

#[test]
fn faults_of_sources_say_where() {
    let cases: &[(&str, &[&str])] = &[
        ("a:\n  b: {$env: X, y: 1}", &["app-config.yaml:2:3: a.b: ", "$env cannot have other keys"]),
        ("a: {$env: 1}", &["app-config.yaml:1:5: a: $env: expected a string, got a number"]),
        ("a: {$file: '${GONE}'}", &["a: $file: the variable GONE is not set"]),
        ("a: {$file: gone.txt}", &["a: $file: cannot read /etc/callboard/gone.txt"]),
        ("a: {$include: x.toml}", &["only .json, .yaml and .yml"]),
        ("a: {$include: 'list.yaml#x'}", &["no object"]),
        ("a: {$include: broken.json}", &["broken.json:1:", "not valid JSON"]),
        ("a: {$include: app-config.yaml}", &["deeper than 16 files"]),
        ("- a\n- b", &["app-config.yaml:1:1: ", "must hold an object"]),
        ("text", &["must hold an object"]),
        ("a: 1\na: 2", &["app-config.yaml:2:1: "]),
        ("a: 1\n---\nb: 1", &["app-config.yaml:", "second document"]),
    ];
    for (yaml, expected) in cases {
        let error = Memory::default()
            .file("app-config.yaml", yaml)
            .file("list.yaml", "[1]")
            .file("broken.json", "{\"a\": ")
            .error();
        for part in *expected {
            assert!(error.contains(part), "{yaml}\n{error}");
        }
    }
}

#[test]
fn app_config_variables_set_keys() {
    let config = Memory::default()
        .file("app-config.yaml", "app: {title: file, baseUrl: kept}\nlist: [1]")
        .var("APP_CONFIG_app_title", "plain text")
        .var("APP_CONFIG_app_count", "42")
        .var("APP_CONFIG_app_text", "\"42\"")
        .var("APP_CONFIG_list", "[\"x\", {\"y\": true}]")
        .var("APP_CONFIG_empty", "")
        .var("APP_CONFIG_raw", "${NOT_SUBSTITUTED}")
        .config();
    assert_eq!(
        config.get("").unwrap(),
        json!({
            "app": {"title": "plain text", "baseUrl": "kept", "count": 42, "text": "42"},
            "list": ["x", {"y": true}], "raw": "${NOT_SUBSTITUTED}",
        })
    );
    assert_eq!(config.origin("app.title").unwrap().to_string(), "env APP_CONFIG_app_title");
}

#[test]
fn wrong_app_config_variables_are_errors() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("APP_CONFIG_a__b", "1")], "env APP_CONFIG_a__b: \"\" cannot be part of a key"),
        (&[("APP_CONFIG_1a", "1")], "cannot be part of a key"),
        (&[("APP_CONFIG_a.b", "1")], "cannot be part of a key"),
        (&[("APP_CONFIG_a", "null")], "may not be null"),
        (
            &[("APP_CONFIG_a", "1"), ("APP_CONFIG_a_b", "1")],
            "needs an object where env APP_CONFIG_a sets a value",
        ),
        (&[("APP_CONFIG_a", "{\"b\":1}"), ("APP_CONFIG_a_b", "2")], "env APP_CONFIG_a sets already"),
    ];
    for (vars, expected) in cases {
        let files =
            vars.iter().fold(Memory::default().file("app-config.yaml", ""), |files, (name, value)| {
                files.var(name, value)
            });
        let error = files.error();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn files_of_the_disk_are_read_within_their_limit() {
    use callboard_config::{ConfigFiles, DiskFiles, MAX_FILE_BYTES};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.yaml");
    std::fs::write(&path, vec![b'#'; MAX_FILE_BYTES as usize + 1]).unwrap();
    assert_eq!(DiskFiles.read(&path).unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
    assert!(DiskFiles.exists(&path) && !DiskFiles.exists(&folder.path().join("none")));
    assert!(ROOT.starts_with('/'));
}

#[test]
fn every_value_knows_its_line_whatever_the_file_looks_like() {
    let cases = [
        ("a:\tx\nb:\tlate\n", "b", "2:1"),
        ("# comment\r\na: 1\r\nb:\r\n  - 1\r\n  - b: 2\r\n", "b", "3:1"),
        ("a: &x {k: 1, l: [1, 2]}\n'b': *x\n", "b", "2:1"),
        ("? a\n: 1\n? [x, {y: z}]\n: 2\n\"b\": |\n  text\n", "b", "5:1"),
        ("%YAML 1.2\n---\na: 1\nb: 2\n", "b", "4:1"),
    ];
    for (yaml, key, expected) in cases {
        let origin = Memory::default().file("app-config.yaml", yaml).config().origin(key).unwrap();
        assert_eq!(origin.to_string(), format!("app-config.yaml:{expected}"), "{yaml}");
    }
}
