//! Typed values, their coercions, and the errors when they are not what they should be.

use std::time::Duration;

use callboard_config::{Config, Frequency, Schedule, Scope};
use serde_json::{Value, json};

fn at(value: Value) -> Config {
    Config::from_value(json!({ "v": value }))
}

#[test]
fn booleans_are_read_as_backstage_reads_them() {
    for (value, expected) in [
        (json!(true), Some(true)),
        (json!(" YES "), Some(true)),
        (json!("y"), Some(true)),
        (json!(1), Some(true)),
        (json!("on"), Some(true)),
        (json!(false), Some(false)),
        (json!("No"), Some(false)),
        (json!(0), Some(false)),
        (json!("off"), Some(false)),
        (json!("maybe"), None),
        (json!(2), None),
        (json!([]), None),
    ] {
        assert_eq!(at(value.clone()).opt_bool("v").ok().flatten(), expected, "{value}");
    }
}

#[test]
fn numbers_may_be_written_as_strings() {
    for (value, expected) in [
        (json!(1.5), Some(1.5)),
        (json!("7007"), Some(7007.0)),
        (json!(" 2 "), Some(2.0)),
        (json!("x"), None),
        (json!("inf"), None),
        (json!(true), None),
    ] {
        assert_eq!(at(value.clone()).opt_f64("v").ok().flatten(), expected, "{value}");
    }
    assert_eq!(at(json!("-3")).opt_i64("v").unwrap(), Some(-3));
    assert!(at(json!(-3)).opt_u64("v").is_err());
    assert!(at(json!(1.5)).opt_u64("v").is_err());
    assert!(at(json!(1e300)).opt_i64("v").is_err());
}

#[test]
fn strings_are_neither_numbers_nor_empty() {
    assert_eq!(at(json!("x")).get_str("v").unwrap(), "x");
    assert!(at(json!(1)).opt_str("v").is_err());
    assert!(at(json!("")).opt_str("v").is_err());
    assert_eq!(at(json!(null)).opt_str("v").unwrap(), None);
    assert_eq!(at(json!(["a", "b"])).opt_string_array("v").unwrap().unwrap(), ["a", "b"]);
    assert!(at(json!(["a", ""])).opt_string_array("v").is_err());
    assert!(at(json!("a")).opt_string_array("v").is_err());
}

#[test]
fn durations_have_three_spellings() {
    let seconds: &[(Value, f64)] = &[
        (json!({"minutes": 5}), 300.0),
        (json!({"hours": "1", "seconds": 1.5}), 3601.5),
        (json!({"years": 1, "months": 1, "weeks": 1, "days": 1, "milliseconds": 1}), 403.0 * 86400.0 + 0.001),
        (json!("PT1H"), 3600.0),
        (json!("P1DT2H3M4.5S"), 93_784.5),
        (json!("P1Y2M3W4D"), (365.0 + 60.0 + 21.0 + 4.0) * 86400.0),
        (json!("30s"), 30.0),
        (json!("2 hours"), 7200.0),
        (json!("1d"), 86400.0),
        (json!("1.5 Minutes"), 90.0),
        (json!("250ms"), 0.25),
        (json!("1y"), 365.25 * 86400.0),
        (json!("0s"), 0.0),
    ];
    for (value, expected) in seconds {
        let read = at(value.clone()).opt_duration("v").unwrap().unwrap();
        assert!((read.as_secs_f64() - expected).abs() < 1e-6, "{value}: {read:?}");
    }
    for value in [
        json!(5),
        json!("5"),
        json!("-5s"),
        json!("soon"),
        json!({}),
        json!({"minute": 5}),
        json!({"minutes": "x"}),
        json!({"minutes": -1}),
        json!("P"),
        json!("PT"),
        json!("P1S"),
        json!("PT1H2"),
        json!(""),
        json!([]),
        json!({"years": 1e300}),
        json!("1e400s"),
    ] {
        assert!(at(value.clone()).opt_duration("v").is_err(), "{value}");
    }
}

#[test]
fn schedules_are_read() {
    let read = |value: Value| Schedule::read(&Config::from_value(value));
    let minute = Duration::from_secs(60);
    let schedule = read(json!({"frequency": {"minutes": 1}, "timeout": "PT1M"})).unwrap();
    assert_eq!((schedule.frequency, schedule.timeout), (Frequency::Every(minute), minute));
    assert_eq!((schedule.initial_delay, schedule.scope), (None, Scope::Global));
    let schedule = read(
        json!({"frequency": {"cron": "0 * * * *"}, "timeout": "1m", "initialDelay": "1m", "scope": "local"}),
    );
    let schedule = schedule.unwrap();
    assert_eq!(schedule.frequency, Frequency::Cron("0 * * * *".to_owned()));
    assert_eq!((schedule.initial_delay, schedule.scope), (Some(minute), Scope::Local));
    let manual = read(json!({"frequency": {"trigger": "manual"}, "timeout": "1m"})).unwrap();
    assert_eq!(manual.frequency, Frequency::Manual);
    for wrong in [
        json!({"timeout": "1m"}),
        json!({"frequency": "1m"}),
        json!({"frequency": {"trigger": "auto"}, "timeout": "1m"}),
        json!({"frequency": "1m", "timeout": "1m", "scope": "world"}),
        json!({"frequency": "0 * * * *", "timeout": "1m"}),
    ] {
        assert!(read(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn errors_name_file_line_key_and_what_was_expected() {
    let yaml =
        "backend:\n  listen:\n    port: abc\n  cors: [1]\ncatalog:\n  locations:\n    - target: x\n    - y\n";
    let config = Config::from_yaml_str(yaml).unwrap();
    let cases = [
        (
            config.opt_u64("backend.listen.port").unwrap_err(),
            r#"config:3:5: backend.listen.port: expected a whole number that is not negative, got "abc""#,
        ),
        (
            config.opt_config("backend.cors").unwrap_err(),
            "config:4:3: backend.cors: expected an object, got an array",
        ),
        (
            config.opt_str("backend.cors.origin").unwrap_err(),
            "config:4:3: backend.cors: expected an object, got an array",
        ),
        (
            config.get_str("backend.baseUrl").unwrap_err(),
            "config:1:1: backend.baseUrl: missing, expected a string",
        ),
        (
            config.config_array("catalog.locations").unwrap_err(),
            r#"config:8:7: catalog.locations[1]: expected an object, got "y""#,
        ),
        (config.opt_str("a b").unwrap_err(), r#"a b: "a b" cannot be part of a key"#),
        (config.error("backend.listen.port", "is in use"), "config:3:5: backend.listen.port: is in use"),
    ];
    for (error, expected) in cases {
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn views_keep_the_full_key_and_reach_keys_that_paths_cannot() {
    let config = Config::from_value(
        json!({"proxy": {"endpoints": {"/b": "http://b", "/a": {"target": 1}, "x": null}}}),
    );
    let entries = config.entries("proxy.endpoints").unwrap();
    let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["/b", "/a"], "in the order written, null left out");
    assert_eq!(entries[0].1.get_str("").unwrap(), "http://b");
    let error = entries[1].1.get_str("target").unwrap_err();
    assert_eq!(error.key, "proxy.endpoints./a.target");
    assert_eq!(config.keys("proxy.endpoints"), ["/b", "/a", "x"]);
    assert!(config.entries("gone").unwrap().is_empty());
}
