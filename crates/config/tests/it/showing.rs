//! What browsers and people get to see.

use callboard_config::{frontend_config, print, secret_values};
use serde_json::json;

use crate::support::Memory;

#[test]
fn browsers_get_exactly_the_visible_keys() {
    let yaml = "
app:
  title: T
  baseUrl: http://a
  packageName: app
  support: {url: u, items: [{title: t, icon: null, links: [{url: l, title: x}]}]}
  extensions: ['page:x', {'page:home': {config: {deep: [1, true]}}}]
  analytics: {ga4: {measurementId: m}}
  routes: {bindings: {a.b: c, d.e: false}}
organization: {name: O}
homepage: {clocks: [{label: UTC, timezone: UTC, other: x}]}
backend:
  baseUrl: http://b
  listen: ':7007'
  auth: {externalAccess: [{type: static, options: {token: abcdefgh, subject: s}}]}
auth:
  environment: development
  autologout: {enabled: true}
  providers: {guest: {}, github: {development: {clientId: a, clientSecret: b}}, own: {x: y}}
discovery: {endpoints: [{target: http://t, plugins: [a]}, {target: {internal: i, external: e}, plugins: [b]}]}
permission: {enabled: true, rbac: {admin: {users: [{name: n}]}}}
catalog: {import: {entityFilename: f}, rules: [{allow: [API]}], experimentalPagination: {mode: offset}}
techdocs: {builder: local, sanitizer: {allowedIframeHosts: [h]}, publisher: {type: local}}
search: {defaultType: d, query: {pageLimit: 50}}
home: {topVisits: {filterBy: [{field: f, operator: '==', value: v}]}}
kubernetes: {frontend: {podDelete: {enabled: true}}, objectTypes: [pods]}
integrations:
  github: [{host: github.com, apiBaseUrl: a, token: t, apps: [{appId: 1, privateKey: p}]}, {token: only}]
  gerrit: [{host: g, gitilesBaseUrl: gb, username: u, password: p}]
enableExperimentalRedirectFlow: true
proxy: {endpoints: {/x: http://x}}
lighthouse: {baseUrl: l}
";
    let config = Memory::default().file("app-config.yaml", yaml).config();
    let data = json!({
        "app": {
            "title": "T", "baseUrl": "http://a",
            "support": {"url": "u", "items": [{"title": "t", "links": [{"url": "l", "title": "x"}]}]},
            "extensions": ["page:x", {"page:home": {"config": {"deep": [1, true]}}}],
            "analytics": {"ga4": {"measurementId": "m"}},
            "routes": {"bindings": {"a.b": "c", "d.e": false}},
        },
        "organization": {"name": "O"},
        "homepage": {"clocks": [{"label": "UTC", "timezone": "UTC"}]},
        "backend": {"baseUrl": "http://b"},
        "auth": {
            "environment": "development", "autologout": {"enabled": true},
            "providers": {"guest": {}, "github": {}, "own": {}},
        },
        "discovery": {"endpoints": [
            {"target": "http://t", "plugins": ["a"]}, {"target": {"external": "e"}, "plugins": ["b"]},
        ]},
        "permission": {"enabled": true},
        "catalog": {"import": {"entityFilename": "f"}, "experimentalPagination": {"mode": "offset"}},
        "techdocs": {"builder": "local", "sanitizer": {"allowedIframeHosts": ["h"]}},
        "search": {"defaultType": "d", "query": {"pageLimit": 50}},
        "home": {"topVisits": {"filterBy": [{"field": "f", "operator": "==", "value": "v"}]}},
        "kubernetes": {"frontend": {"podDelete": {"enabled": true}}},
        "integrations": {
            "github": [{"host": "github.com", "apiBaseUrl": "a"}],
            "gerrit": [{"host": "g", "gitilesBaseUrl": "gb"}],
        },
        "enableExperimentalRedirectFlow": true,
    });
    assert_eq!(frontend_config(&config), json!([{"context": "app", "data": data}]));
}

#[test]
fn printing_shows_origins_and_masks_secrets() {
    let config = Memory::default()
        .file(
            "app-config.yaml",
            "app:\n  title: My portal\nbackend:\n  database:\n    connection: {host: '${DB}', password: '${PW}'}\n\
             integrations:\n  github:\n    - host: github.com\n      token: '${GITHUB_TOKEN}'\n\
             list: []\nx: {url: 'http://u:pw@h/', apiToken: abc, count: 1, t: 'yes'}\n",
        )
        .var("DB", "db.local")
        .var("PW", "hunter2hunter2")
        .var("APP_CONFIG_app_count", "3")
        .config();
    assert_eq!(
        print(&config),
        r#"app:
  title: "My portal" # app-config.yaml:2:3
  count: 3 # env APP_CONFIG_app_count
backend:
  database:
    connection:
      host: db.local # app-config.yaml:5:18 from ${DB}
      password: "<secret>" # app-config.yaml:5:33 from ${PW}
integrations:
  github:
    -
      host: github.com # app-config.yaml:8:7
list: [] # app-config.yaml:10:1
x:
  url: "<secret>" # app-config.yaml:11:5
  apiToken: "<secret>" # app-config.yaml:11:28
  count: 1 # app-config.yaml:11:43
  t: "yes" # app-config.yaml:11:53
# Absent because a variable is not set:
# integrations.github[0].token: GITHUB_TOKEN (app-config.yaml:9:7)
"#
    );
    assert_eq!(secret_values(&config), ["http://u:pw@h/", "hunter2hunter2", "abc", "pw"]);
}

#[test]
fn secrets_of_several_lines_are_known_by_line() {
    let yaml = "integrations:\n  github:\n    - apps: [{privateKey: \"-----BEGIN-----\\nabcd\\n-----END-----\\n\"}]\n";
    let values = secret_values(&Memory::default().file("app-config.yaml", yaml).config());
    assert!(
        values.contains(&"abcd".to_owned()) && values[0].starts_with("-----BEGIN-----\nabcd"),
        "{values:?}"
    );
}
