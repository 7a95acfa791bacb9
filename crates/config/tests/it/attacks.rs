//! Attacks on configuration that must fail, each named after its advisory or its idea.

use callboard_config::{check, frontend_config, print, report};
use serde_json::json;

use crate::support::Memory;

const CANARY: &str = "canary-7f3a9e";

#[test]
fn cve_2024_47762_environment_config_obeys_schema_visibility() {
    let config = Memory::default()
        .file("app-config.yaml", "app: {title: T}")
        .var("APP_CONFIG_app_title", "From env")
        .var("APP_CONFIG_backend_baseUrl", "http://b")
        .var("APP_CONFIG_integrations_github", &format!("[{{\"host\":\"h\",\"token\":\"{CANARY}\"}}]"))
        .var("APP_CONFIG_backend_database_connection_password", CANARY)
        .var("APP_CONFIG_auth_session_secret", CANARY)
        .var("APP_CONFIG_custom_thing", CANARY)
        .config();
    let visible = json!({
        "app": {"title": "From env"}, "backend": {"baseUrl": "http://b"},
        "integrations": {"github": [{"host": "h"}]},
    });
    let answer = frontend_config(&config);
    assert_eq!(answer[0], json!({"context": "env", "data": visible}));
    assert_eq!(answer[1]["data"]["app"], visible["app"]);
    assert!(!answer.to_string().contains(CANARY));
}

/// Paths at which people put secrets, also in wrong shapes.
const SECRET_PLACES: &[&str] = &[
    "backend: {database: {connection: CANARY}}",
    "backend: {database: {connection: {password: CANARY}}}",
    "backend: {database: {connection: {anything: {at: [all, CANARY]}}}}",
    "backend: {database: {plugin: {catalog: {connection: {password: CANARY}}}}}",
    "backend: {cache: {store: redis, connection: 'redis://:CANARY@h'}}",
    "backend: {https: {certificate: {key: CANARY}}}",
    "backend: {auth: {externalAccess: [{type: static, options: {token: CANARY}}]}}",
    "backend: {auth: {externalAccess: [{type: static, options: {token: [CANARY]}}]}}",
    "backend: {auth: {keys: [{secret: CANARY}]}}",
    "backend: {metrics: {token: {x: CANARY}}}",
    "integrations: {github: [{token: CANARY}]}",
    "integrations: {github: [{token: {x: CANARY}}]}",
    "integrations: {awsS3: [{externalId: {x: CANARY}}]}",
    "integrations: {gitlab: [{commitSigningKey: CANARY}]}",
    "auth: {session: {secret: CANARY}, providers: {github: {dev: {clientSecret: CANARY}}}}",
    "scaffolder: {defaultEnvironment: {secrets: {plain: CANARY}}}",
    "search: {elasticsearch: {auth: {username: CANARY}}}",
    "proxy: {endpoints: {/x: {target: y, headers: {Authorization: 'Bearer CANARY'}}}}",
    "proxy: {/x: {target: y, headers: {X-Api-Key: CANARY}}}",
    "custom: {myApiToken: CANARY, nested: {db_password: [CANARY]}}",
    "custom: {fromFile: {$file: secret.txt}, fromEnv: {$env: MY_SECRET}}",
    "custom: {url: 'https://u:CANARY@example.com/x'}",
    "app: {title: {token: CANARY}}",
];

#[test]
fn secrets_never_show_in_what_people_see() {
    for place in SECRET_PLACES {
        let loaded = Memory::default()
            .file("app-config.yaml", &place.replace("CANARY", CANARY))
            .file("secret.txt", CANARY)
            .var("MY_SECRET", CANARY)
            .load()
            .unwrap();
        let config = loaded.config.clone();
        let findings = check(&config, &["auth", "scaffolder", "search", "proxy"]);
        for shown in [
            print(&config),
            frontend_config(&config).to_string(),
            format!("{loaded:?} {config:#?}"),
            report::text(&findings),
            report::json(&findings).to_string(),
        ] {
            assert!(!shown.contains(CANARY), "{place}\n{shown}");
        }
        assert!(
            callboard_config::secret_values(&config).iter().any(|value| value.contains(CANARY)),
            "{place}"
        );
    }
}

#[test]
fn secrets_never_show_in_errors() {
    let config = Memory::default()
        .file(
            "app-config.yaml",
            "backend:\n  listen: {port: '${TOKEN}'}\n  auth: {externalAccess: [{options: {token: canary-7f3a9e}}]}\n",
        )
        .var("TOKEN", CANARY)
        .config();
    let options = &config.config_array("backend.auth.externalAccess").unwrap()[0];
    for error in [
        config.opt_u64("backend.listen.port").unwrap_err(),
        options.opt_u64("options.token").unwrap_err(),
        options.opt_bool("options.token").unwrap_err(),
        options.opt_config("options.token").unwrap_err(),
    ] {
        assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
    }
}

#[test]
fn a_file_of_aliases_that_multiply_is_refused() {
    let mut yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}", level - 1);
        yaml += &format!("a{level}: &a{level} [{}]\n", vec![below; 9].join(", "));
    }
    assert!(Memory::default().file("app-config.yaml", &yaml).error().contains("aliases"));
}

#[test]
fn files_that_include_each_other_end_at_a_limit() {
    let files = Memory::default()
        .file("app-config.yaml", "a: {$include: b.yaml}\nb: {$include: b.yaml}")
        .file("b.yaml", "x: {$include: c.yaml}\ny: {$include: c.yaml}")
        .file("c.yaml", "x: {$include: b.yaml}\ny: {$include: b.yaml}");
    let error = files.error();
    assert!(error.contains("deeper than 16 files"), "{error}");
}

#[test]
fn names_and_values_that_nest_without_end_are_refused() {
    let name = format!("APP_CONFIG_{}", vec!["a"; 50_000].join("_"));
    let error = Memory::default().file("app-config.yaml", "").var(&name, "1").error();
    assert!(error.contains("more than 100 parts"), "{}", &error[error.len() - 60..]);
    let deep = format!("a: {}x{}", "[".repeat(90), "]".repeat(90));
    let deeper = format!("a: {}{{$include: deep.yaml}}{}", "[".repeat(90), "]".repeat(90));
    let deepest = format!("a: {}{{$include: deeper.yaml}}{}", "[".repeat(90), "]".repeat(90));
    let files = Memory::default()
        .file("deep.yaml", &deep)
        .file("deeper.yaml", &deeper)
        .file("app-config.yaml", &deepest);
    assert!(files.error().contains("deeper than 200 levels"));
}
