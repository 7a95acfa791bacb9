//! What the check finds, and how it is reported.

use callboard_config::{Level, check, report};
use serde_json::json;

use crate::support::Memory;

fn findings(yaml: &str) -> Vec<String> {
    let config = Memory::default().file("app-config.yaml", yaml).config();
    check(&config, &["auth", "catalog", "proxy"])
        .iter()
        .map(|found| format!("{:?} {} {}: {}", found.level, found.origin, found.key, found.message))
        .collect()
}

#[test]
fn wrong_values_under_known_keys_are_errors() {
    let cases = [
        ("backend: {listen: {port: abc}}", r#"backend.listen.port: expected a number, got "abc""#),
        ("backend: {baseUrl: 1}", "backend.baseUrl: expected a string, got 1"),
        ("backend: {database: {client: oracle}}", r#"expected one of "better-sqlite3""#),
        ("catalog: {orphanStrategy: drop}", r#"expected one of "keep", "delete", got "drop""#),
        ("catalog: {rules: {allow: [API]}}", "catalog.rules: expected an array, got an object"),
        ("catalog: {processingInterval: 5}", "expected a duration such as"),
        ("catalog: {providers: {github: {schedule: {frequency: 1h}}}}", "schedule: timeout: missing"),
        ("integrations: {github: {host: x}}", "integrations.github: expected an array, got an object"),
        (
            "integrations: {github: [{token: [x]}]}",
            "integrations.github[0].token: expected a string, got an array",
        ),
        (
            "permission: {enabled: {}}\nauth: {environment: []}",
            "auth.environment: expected a string, got an array",
        ),
    ];
    for (yaml, expected) in cases {
        let found = findings(yaml);
        assert!(
            found[0].starts_with("Error app-config.yaml:") && found[0].contains(expected),
            "{yaml}\n{found:?}"
        );
    }
}

#[test]
fn right_values_are_no_finding() {
    for yaml in [
        "backend: {listen: ':7007', csp: {img-src: [a], upgrade-insecure-requests: false}, cors: {credentials: 'true'}}",
        "backend: {listen: {port: '7007'}, database: {client: pg, connection: {host: h, port: 5432, options: x}}}",
        "catalog: {processingInterval: false, scmEvents: true}",
        "catalog: {providers: {github: {organization: o, schedule: {frequency: {cron: '* * * * *'}, timeout: 1m}}}}",
        "catalog: {providers: {github: {mine: {organization: o, catalogPath: /c.yaml}}, custom: {x: 1}}}",
        "catalog: {rules: [{allow: [API, {kind: Component, spec.type: x}]}], locations: [{type: url, target: x}]}",
        "auth: {providers: {guest: {}, github: {development: {clientId: a, clientSecret: b}}, mine: {x: y}}}",
        "proxy: {'/legacy': 'http://x', endpoints: {/a: {target: x, secure: false, headers: {X: 1}}}}",
        "proxy:\nscaffolder:\nkubernetes:\napp: {extensions: [{'page:home': {config: {a: 1}}}]}",
        "catalog: {history: {retention: {days: 30}}}\nbackend: {reading: {maxBytes: 1000}, metrics: {listen: ':9464'}}",
    ] {
        assert_eq!(findings(yaml), Vec::<String>::new(), "{yaml}");
    }
}

#[test]
fn unknown_keys_of_known_sections_are_warnings_with_the_nearest_name() {
    let cases = [
        ("backend: {baseurl: x}", r#"backend.baseurl: unknown key; did you mean "baseUrl"?"#),
        ("backend:\n  lisen: {port: 1}", "Warning app-config.yaml:2:3 backend.lisen: "),
        ("backend: {zzzzzz: 1}", "backend.zzzzzz: unknown key; nothing reads it"),
        ("backedn: {baseUrl: x}", r#"backedn: unknown section; did you mean "backend"?"#),
        ("catalog: {providers: {github: {organisation: o}}}", r#"did you mean "organization"?"#),
        ("proxy: {skipInvalidProxys: true}", r#"did you mean "skipInvalidProxies"?"#),
        ("integrations: {azure: [{token: x}]}", "integrations.azure[0].token: deprecated: use credentials"),
    ];
    for (yaml, expected) in cases {
        let found = findings(yaml);
        assert!(found[0].starts_with("Warning") && found[0].contains(expected), "{yaml}\n{found:?}");
    }
}

#[test]
fn a_scope_is_an_error_where_a_provider_refuses_it_and_deprecated_elsewhere() {
    for provider in ["oidc", "oauth2", "pinniped", "atlassian"] {
        let found = findings(&format!("auth: {{providers: {{{provider}: {{test: {{scope: x}}}}}}}}"));
        let expected =
            format!("auth.providers.{provider}.test.scope: no longer supported; use additionalScopes");
        assert!(found[0].starts_with("Error") && found[0].contains(&expected), "{found:?}");
    }
    let found = findings("auth: {providers: {gitlab: {test: {scope: x}}}}");
    assert!(found[0].starts_with("Warning") && found[0].contains("deprecated"), "{found:?}");
}

#[test]
fn sections_that_nothing_reads_are_listed_once() {
    let config = Memory::default()
        .file(
            "app-config.yaml",
            "kubernetes: {x: 1, y: 2}\nlighthouse: {baseUrl: x}\nbackend: {baseUrl: '${GONE}'}",
        )
        .config();
    let findings = check(&config, &[]);
    let text = report::text(&findings);
    assert_eq!(
        text,
        "app-config.yaml:3:11: unset: backend.baseUrl: absent because the variable GONE is not set\n\
         ignored, because nothing here reads them: kubernetes, lighthouse\nno errors, no warnings\n"
    );
}

#[test]
fn reports_are_text_and_json() {
    let config = Memory::default()
        .file("app-config.yaml", "backend:\n  baseUrl: 1\n")
        .var("APP_CONFIG_app_titel", "x")
        .config();
    let findings = check(&config, &[]);
    assert_eq!(findings[0].level, Level::Error);
    assert_eq!(
        report::text(&findings),
        "app-config.yaml:2:3: error: backend.baseUrl: expected a string, got 1\n\
         env APP_CONFIG_app_titel: warning: app.titel: unknown key; did you mean \"title\"?\n1 error, 1 warning\n"
    );
    assert_eq!(
        report::json(&findings),
        json!({"valid": false, "findings": [
            {"level": "error", "key": "backend.baseUrl", "message": "expected a string, got 1",
             "source": "app-config.yaml", "line": 2, "column": 3},
            {"level": "warning", "key": "app.titel", "message": "unknown key; did you mean \"title\"?",
             "source": "env APP_CONFIG_app_titel"},
        ]})
    );
}

#[test]
fn a_freshly_created_app_has_nothing_to_say_but_its_missing_token() {
    // The shape of create-app 0.9.2, with its sections that are null.
    let yaml = "
app: {title: T, baseUrl: 'http://localhost:3000', packages: all, extensions: ['page:catalog': {config: {path: /}}]}
organization: {name: O}
backend:
  baseUrl: http://localhost:7007
  listen: {port: 7007}
  csp: {connect-src: [\"'self'\", 'http:', 'https:']}
  cors: {origin: 'http://localhost:3000', methods: [GET, HEAD, PATCH, POST, PUT, DELETE], credentials: true}
  database: {client: better-sqlite3, connection: ':memory:'}
  actions: {pluginSources: [auth, catalog, scaffolder]}
integrations: {github: [{host: github.com, token: '${GITHUB_TOKEN}'}]}
proxy:
techdocs: {builder: local, generator: {runIn: docker}, publisher: {type: local}}
auth: {providers: {guest: {}}, clientIdMetadataDocuments: {enabled: false}}
scaffolder:
catalog:
  import: {entityFilename: catalog-info.yaml, pullRequestBranchName: backstage-integration}
  rules: [{allow: [Component, System, API, Resource, Location]}]
  locations:
    - {type: file, target: ../../examples/org.yaml, rules: [{allow: [User, Group]}]}
kubernetes:
permission: {enabled: true}
mcpActions: {name: n, description: d}
";
    let config = Memory::default().file("app-config.yaml", yaml).config();
    let findings =
        check(&config, &["auth", "catalog", "permission", "scaffolder", "techdocs", "mcp-actions"]);
    let found: Vec<_> = findings.iter().map(|found| (found.level, found.key.as_str())).collect();
    assert_eq!(found, [(Level::Unset, "integrations.github[0].token")]);
}
