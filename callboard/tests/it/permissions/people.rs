//! A program with permissions, a catalog, and two signed-in users: ada, who manages roles, and bob, who has none at first.

use std::path::Path;

use callboard_testkit::{TestDatabase, eventually};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{self, Server};

/// A token that may read entities and do nothing else.
pub(crate) const LIMITED: &str = "limited-token-of-the-house";

/// The program, its users' tokens and its configuration.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) ada: String,
    pub(crate) bob: String,
    pub(crate) config: Value,
    pub(crate) folder: TempDir,
    _database: TestDatabase,
}

/// Signs in as the guest of a configuration.
async fn sign_in(server: &Server) -> String {
    let url = format!("{}/api/auth/guest/refresh", server.base_url);
    let answer = server.http.get(url).send().await.expect("an answer");
    let body: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    body["backstageIdentity"]["token"].as_str().expect("a token").to_owned()
}

fn config(database: &TestDatabase, guest: &str, folder: &Path) -> Value {
    let limited = json!({
        "type": "static",
        "options": {"token": LIMITED, "subject": "limited"},
        "accessRestrictions": [
            {"plugin": "catalog", "permission": "catalog.entity.read"},
            {"plugin": "permission", "permission": "policy.entity.create"},
        ],
    });
    let mut config = server::config(
        &database.config(),
        json!({
            "auth": {"providers": {"guest": {"userEntityRef": guest}}},
            "catalog": {
                "rules": [{"allow": ["Component", "API", "Group", "User", "Location"]}],
                "locations": [{"type": "file", "target": folder.join("catalog-info.yaml")}],
            },
            "permission": {
                "enabled": true,
                "rbac": {
                    "admin": {"users": [{"name": "user:default/ada"}]},
                    "policies-csv-file": folder.join("policies.csv"),
                },
            },
        }),
    );
    config["backend"]["auth"]["externalAccess"].as_array_mut().expect("a list").push(limited);
    config
}

impl World {
    /// Starts with these entities (YAML) and these policies (CSV), and waits until `count` entities are there.
    pub(crate) async fn start(entities: &str, policies: &str, count: u64, extra: Value) -> Self {
        let database = TestDatabase::sqlite().await;
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("catalog-info.yaml"), entities).expect("a file");
        std::fs::write(folder.path().join("policies.csv"), policies).expect("a file");
        // A user is whoever the guest of a server is; both servers know the same keys.
        let other = Server::start(&config(&database, "user:default/bob", folder.path()));
        other.ready().await;
        let bob = sign_in(&other).await;
        assert!(other.stop());
        let mut config = config(&database, "user:default/ada", folder.path());
        for (key, value) in extra.as_object().expect("members of backend") {
            config["backend"][key] = value.clone();
        }
        let server = Server::start(&config);
        server.ready().await;
        let ada = sign_in(&server).await;
        eventually("the catalog is there", || async { server.count().await == count }).await;
        Self { server, ada, bob, config, folder, _database: database }
    }

    /// Sends a request; an empty token is none.
    pub(crate) async fn send(&self, token: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}{path}", self.server.base_url);
        let mut request = self.server.http.request(method.parse().expect("a method"), url);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.expect("a body")).unwrap_or_default())
    }
}
