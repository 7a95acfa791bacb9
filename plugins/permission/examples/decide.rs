//! How long a decision takes: 1,000 roles, 10,000 policies, 200 conditions, a user in 200 groups.
//!
//! `cargo run --release -p callboard-plugin-permission --example decide`

use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::auth::TokenIssuer;
use callboard_kit::credentials::Credentials;
use callboard_kit::error::ApiError;
use callboard_kit::permission::{Authorizer, Permission, PermissionRequest};
use callboard_kit::user_info::{GroupDirectory, UserInfoSource};
use callboard_plugin_permission::PermissionService;
use callboard_store::Database;
use serde_json::{Value, json};

const ROLES: usize = 1_000;
const POLICIES: usize = 10_000;
const GROUPS: usize = 200;
const USER: &str = "user:default/ada";

/// One user in many groups, with three levels above.
struct People {
    owned: Arc<[String]>,
    version: AtomicU64,
}

impl GroupDirectory for People {
    fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }

    fn groups_of_user(&self, _: &str) -> Vec<String> {
        self.owned[1..].to_vec()
    }

    fn parents_of_group(&self, group: &str) -> Vec<String> {
        let number: usize = group.rsplit('g').next().and_then(|text| text.parse().ok()).unwrap_or_default();
        if number < 10 { Vec::new() } else { vec![format!("group:default/g{}", number / 10)] }
    }

    fn users(&self, _: usize) -> Vec<String> {
        vec![USER.to_owned()]
    }
}

#[async_trait]
impl UserInfoSource for People {
    async fn ownership(&self, _: &str) -> Result<Option<Arc<[String]>>, ApiError> {
        Ok(Some(self.owned.clone()))
    }
}

struct NoTokens;

#[async_trait]
impl TokenIssuer for NoTokens {
    async fn plugin_token(&self, _: &str, _: &str, _: &Credentials) -> Result<String, ApiError> {
        Err(ApiError::authentication("no tokens here"))
    }

    async fn jwks(&self, _: &str) -> Result<Value, ApiError> {
        Ok(Value::Null)
    }
}

/// The files: role `n` names group `n`, and has ten policies; some have a condition.
fn files() -> (String, String) {
    let (mut csv, mut yaml) = (String::new(), String::new());
    for role in 0..ROLES {
        csv.push_str(&format!("g, group:default/g{role}, role:default/r{role}\n"));
        for at in 0..POLICIES / ROLES {
            let (permission, action) = match at {
                0 => ("catalog-entity".to_owned(), "read"),
                1 => ("catalog.entity.create".to_owned(), "create"),
                _ => (format!("plugin{}.thing{at}.use", role % 50), "use"),
            };
            csv.push_str(&format!("p, role:default/r{role}, {permission}, {action}, allow\n"));
        }
        if role % 5 == 0 {
            yaml.push_str(&format!(
                "---\nresult: CONDITIONAL\nroleEntityRef: role:default/r{role}\npluginId: catalog\nresourceType: \
                 catalog-entity\npermissionMapping: [delete]\nconditions: {{rule: IS_ENTITY_OWNER, resourceType: \
                 catalog-entity, params: {{claims: [$ownerRefs]}}}}\n"
            ));
        }
    }
    (csv, yaml)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("callboard-decide-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (csv, yaml) = files();
    std::fs::write(folder.join("p.csv"), csv)?;
    std::fs::write(folder.join("c.yaml"), yaml)?;
    let owned = std::iter::once(USER.to_owned()).chain((0..GROUPS).map(|at| format!("group:default/g{at}")));
    let people = Arc::new(People { owned: owned.collect(), version: AtomicU64::new(0) });
    let config = Config::from_value(json!({"permission": {"enabled": true, "rbac": {
        "policies-csv-file": folder.join("p.csv"), "conditionalPoliciesFile": folder.join("c.yaml"),
    }}}));
    let database = Database::sqlite_memory().await?;
    let service = Arc::new(PermissionService::new(&config, database, people.clone(), Arc::new(NoTokens))?);
    service.connect(Vec::new(), people.clone());
    let began = Instant::now();
    service.prepare().await?;
    let mut out = std::io::stdout();
    writeln!(out, "{ROLES} roles and {POLICIES} policies read and compiled: {:?}", began.elapsed())?;
    std::fs::remove_dir_all(&folder)?;

    let entity =
        |name, action| Permission { name, action: Some(action), resource_type: Some("catalog-entity") };
    let basic = |name, action| Permission { name, action: Some(action), resource_type: None };
    for (what, permission) in [
        ("allowed by its resource type", entity("catalog.entity.read", "read")),
        ("conditional, 200 groups in it", entity("catalog.entity.delete", "delete")),
        ("allowed by name", basic("catalog.entity.create", "create")),
        ("denied", basic("catalog.location.delete", "delete")),
    ] {
        let known = measure(&service, permission, || {}).await?;
        let anew = measure(&service, permission, || {
            people.version.fetch_add(1, Ordering::SeqCst);
        })
        .await?;
        writeln!(out, "{what}: median {known:?}; {anew:?} when a group has just changed")?;
    }
    Ok(())
}

/// The median of many decisions, each after `before`.
async fn measure(
    service: &PermissionService,
    permission: Permission,
    before: impl Fn(),
) -> Result<Duration, ApiError> {
    let credentials = Credentials::user(USER);
    let requests = [PermissionRequest { permission, resource_ref: None }];
    let mut times = Vec::new();
    for _ in 0..10_000 {
        before();
        let began = Instant::now();
        black_box(service.authorize(black_box(&requests), &credentials).await?);
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}
