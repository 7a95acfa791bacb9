//! The plugin over a database, with people, groups and a plugin of things that a test makes up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::audit::LogAudit;
use callboard_kit::auth::{Authenticator, TokenIssuer};
use callboard_kit::credentials::{AccessRestrictions, Credentials, PluginRestriction, Principal};
use callboard_kit::error::ApiError;
use callboard_kit::events::EventBus;
use callboard_kit::lifecycle::Lifecycle;
use callboard_kit::metrics::Metrics;
use callboard_kit::permission::{
    Authorizer, Condition, Decision, Permission, PermissionIntegration, PermissionRequest,
};
use callboard_kit::plugin::{Plugin, Services};
use callboard_kit::url_reader::{ReadError, ReadOptions, ReadSearch, ReadTree, ReadUrl, UrlReader};
use callboard_kit::user_info::{GroupDirectory, UserInfoSource};
use callboard_plugin_permission::{PermissionPlugin, PermissionService};
use callboard_store::Database;
use callboard_testkit::{Answer, TestApp};
use serde_json::{Value, json};

pub(crate) const ADMIN: &str = "user:default/admin";
pub(crate) const ADA: &str = "user:default/ada";
pub(crate) const SERVICE: &str = "service";

const fn thing(name: &'static str, action: Option<&'static str>) -> Permission {
    Permission { name, action, resource_type: Some("thing") }
}

pub(crate) const THING_READ: Permission = thing("things.thing.read", Some("read"));
pub(crate) const THING_DELETE: Permission = thing("things.thing.delete", Some("delete"));
pub(crate) const THING_CREATE: Permission =
    Permission { name: "things.thing.create", action: Some("create"), resource_type: None };
pub(crate) const THING_LOOK: Permission =
    Permission { name: "things.thing.look", action: None, resource_type: None };
static THINGS: [Permission; 4] = [THING_READ, THING_DELETE, THING_CREATE, THING_LOOK];

/// A plugin whose resources have the name and owner that their reference says: `name@owner`.
pub(crate) struct Things;

#[async_trait]
impl PermissionIntegration for Things {
    fn plugin_id(&self) -> &'static str {
        "things"
    }

    fn permissions(&self) -> &'static [Permission] {
        &THINGS
    }

    fn rules(&self) -> Value {
        json!([{"name": "OWNED_BY", "description": "", "resourceType": "thing", "paramsSchema": {}}])
    }

    async fn apply(&self, _: &str, refs: &[&str], condition: &Condition) -> Result<Vec<bool>, ApiError> {
        Ok(refs.iter().map(|one| one.contains('@') && holds(one, condition)).collect())
    }
}

fn holds(thing: &str, condition: &Condition) -> bool {
    match condition {
        Condition::AllOf { all_of } => all_of.iter().all(|part| holds(thing, part)),
        Condition::AnyOf { any_of } => any_of.iter().any(|part| holds(thing, part)),
        Condition::Not { not } => !holds(thing, not),
        Condition::Rule { params, .. } => {
            let owner = thing.split_once('@').map(|(_, owner)| owner);
            params["owners"].as_array().is_some_and(|owners| owners.iter().any(|one| one.as_str() == owner))
        }
    }
}

/// A condition on things.
pub(crate) fn owned_by(owners: &[&str]) -> Value {
    json!({"rule": "OWNED_BY", "resourceType": "thing", "params": {"owners": owners}})
}

/// Users with their groups, groups with their parents, and what users owned when they signed in.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) groups: Mutex<BTreeMap<String, Vec<String>>>,
    pub(crate) parents: Mutex<BTreeMap<String, Vec<String>>>,
    pub(crate) owned: Mutex<BTreeMap<String, Arc<[String]>>>,
    version: AtomicU64,
}

impl People {
    /// A company in which ada is in `team`, below `area`, below `company`; the admin is in none.
    pub(crate) fn company() -> Arc<Self> {
        let people = Self::default();
        people.put_user(ADA, &["group:default/team"]);
        people.put_user(ADMIN, &[]);
        people.put_parent("group:default/team", &["group:default/area"]);
        people.put_parent("group:default/area", &["group:default/company"]);
        Arc::new(people)
    }

    pub(crate) fn put_user(&self, user: &str, groups: &[&str]) {
        let owned = |refs: &[&str]| refs.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let mut all = owned(&[user]);
        all.extend(owned(groups));
        self.groups.lock().expect("groups").insert(user.to_owned(), owned(groups));
        self.owned.lock().expect("owned").insert(user.to_owned(), all.into());
        self.version.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn put_parent(&self, group: &str, parents: &[&str]) {
        let parents = parents.iter().map(|one| (*one).to_owned()).collect();
        self.parents.lock().expect("parents").insert(group.to_owned(), parents);
        self.version.fetch_add(1, Ordering::SeqCst);
    }
}

impl GroupDirectory for People {
    fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }

    fn groups_of_user(&self, user: &str) -> Vec<String> {
        self.groups.lock().expect("groups").get(user).cloned().unwrap_or_default()
    }

    fn parents_of_group(&self, group: &str) -> Vec<String> {
        self.parents.lock().expect("parents").get(group).cloned().unwrap_or_default()
    }

    fn users(&self, limit: usize) -> Vec<String> {
        let users: BTreeSet<String> = self.groups.lock().expect("groups").keys().cloned().collect();
        users.into_iter().take(limit).collect()
    }
}

#[async_trait]
impl UserInfoSource for People {
    async fn ownership(&self, user: &str) -> Result<Option<Arc<[String]>>, ApiError> {
        Ok(self.owned.lock().expect("owned").get(user).cloned())
    }
}

/// `service` is a service, `limited` one with restrictions, `<ref>+<plugin>` a user through a plugin, any other token
/// the user of that name.
pub(crate) struct Tokens;

#[async_trait]
impl Authenticator for Tokens {
    async fn authenticate(&self, token: &str, _plugin_id: &str) -> Result<Credentials, ApiError> {
        Ok(Credentials { principal: principal(token), token: None, expires_at: None })
    }

    async fn authenticate_cookie(&self, _: &str, _: &str) -> Result<Credentials, ApiError> {
        Err(ApiError::authentication("no cookies here"))
    }
}

fn principal(token: &str) -> Principal {
    match token.split_once('+') {
        _ if token == SERVICE => Principal::Service { subject: "external:test".into(), restrictions: None },
        _ if token == "limited" => {
            let limit = PluginRestriction {
                plugin: "permission".into(),
                permissions: vec!["policy.entity.create".into()],
                actions: Vec::new(),
            };
            let restrictions = Some(AccessRestrictions { plugins: vec![limit] });
            Principal::Service { subject: "external:limited".into(), restrictions }
        }
        Some((user, actor)) => Principal::User { entity_ref: user.into(), actor: Some(actor.into()) },
        None => Principal::User { entity_ref: token.into(), actor: None },
    }
}

#[async_trait]
impl TokenIssuer for Tokens {
    async fn plugin_token(&self, from: &str, target: &str, of: &Credentials) -> Result<String, ApiError> {
        Ok(format!("{from}-{target}-{}", of.subject()))
    }

    async fn jwks(&self, _plugin_id: &str) -> Result<Value, ApiError> {
        Ok(json!({"keys": []}))
    }
}

struct NoUrls;

#[async_trait]
impl UrlReader for NoUrls {
    async fn read_url(&self, url: &str, _: &ReadOptions) -> Result<ReadUrl, ReadError> {
        Err(ReadError::NotAllowed(url.to_owned()))
    }

    async fn read_tree(&self, url: &str, _: &ReadOptions) -> Result<ReadTree, ReadError> {
        Err(ReadError::NotAllowed(url.to_owned()))
    }

    async fn search(&self, url: &str, _: &ReadOptions) -> Result<ReadSearch, ReadError> {
        Err(ReadError::NotAllowed(url.to_owned()))
    }
}

/// One process with the plugin.
pub(crate) struct Process {
    pub(crate) service: Arc<PermissionService>,
    pub(crate) app: TestApp,
    lifecycle: Lifecycle,
}

/// `permission` with roles, an admin and what `rbac` adds.
pub(crate) fn with_rbac(rbac: Value) -> Value {
    let mut section = json!({"admin": {"users": [{"name": ADMIN}]}});
    for (key, value) in rbac.as_object().expect("members of the section") {
        section[key] = value.clone();
    }
    json!({"permission": {"enabled": true, "rbac": section}})
}

impl Process {
    pub(crate) async fn start(database: &Database, config: Value, people: &Arc<People>) -> Self {
        Self::try_start(database, config, people).await.expect("it starts")
    }

    pub(crate) async fn try_start(
        database: &Database,
        config: Value,
        people: &Arc<People>,
    ) -> Result<Self, ApiError> {
        let config = Arc::new(Config::from_value(config));
        let service = PermissionService::new(&config, database.clone(), people.clone(), Arc::new(Tokens));
        let service = Arc::new(service.map_err(ApiError::from)?);
        let services = Services {
            config,
            authenticator: Arc::new(Tokens),
            tokens: Arc::new(Tokens),
            authorizer: service.clone(),
            urls: Arc::new(NoUrls),
            audit: Arc::new(LogAudit),
            events: EventBus::default(),
            metrics: Metrics::default(),
        };
        let plugin = PermissionPlugin::new(services, service.clone());
        let own = plugin.permissions();
        let things = Arc::new(Things) as Arc<dyn PermissionIntegration>;
        service.connect(std::iter::once(things).chain(own).collect(), people.clone());
        let lifecycle = Lifecycle::default();
        plugin.start(&lifecycle).await?;
        let app = TestApp::new("permission", plugin.routes(), Arc::new(Tokens));
        Ok(Self { service, app, lifecycle })
    }

    pub(crate) async fn stop(self) {
        self.lifecycle.stop().await;
    }

    /// The decision in process.
    pub(crate) async fn decide(&self, caller: &str, permission: Permission) -> Decision {
        self.decide_for(caller, permission, None).await
    }

    pub(crate) async fn decide_for(
        &self,
        caller: &str,
        permission: Permission,
        resource_ref: Option<&str>,
    ) -> Decision {
        let credentials = Credentials { principal: principal(caller), token: None, expires_at: None };
        let request = PermissionRequest { permission, resource_ref: resource_ref.map(str::to_owned) };
        let decisions = self.service.authorize(&[request], &credentials).await.expect("a decision");
        decisions.into_iter().next().expect("one decision")
    }

    pub(crate) async fn send(&self, caller: &str, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.app.send(caller, method, path, &body).await
    }

    /// Sends as the admin, and expects this status.
    pub(crate) async fn admin(&self, method: &str, path: &str, body: Value, status: u16) -> Value {
        let answer = self.send(ADMIN, method, path, body.clone()).await;
        assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.body);
        answer.body
    }

    /// Makes a role over HTTP with these members and policies (`permission action effect`).
    pub(crate) async fn put_role(&self, name: &str, members: &[&str], policies: &[&str]) {
        self.admin("POST", "/roles", json!({"name": name, "memberReferences": members}), 201).await;
        let policy = |text: &&str| {
            let words: Vec<&str> = text.split(' ').collect();
            json!({"entityReference": name, "permission": words[0], "policy": words[1], "effect": words[2]})
        };
        let policies: Vec<Value> = policies.iter().map(policy).collect();
        if !policies.is_empty() {
            self.admin("POST", "/policies", policies.into(), 201).await;
        }
    }

    /// Makes a condition over HTTP on one permission of things.
    pub(crate) async fn put_condition(&self, role: &str, name: &str, action: &str, conditions: Value) -> i64 {
        let body = condition(role, name, action, conditions);
        self.admin("POST", "/roles/conditions", body, 201).await["id"].as_i64().expect("an id")
    }
}

pub(crate) fn condition(role: &str, name: &str, action: &str, conditions: Value) -> Value {
    json!({
        "result": "CONDITIONAL", "roleEntityRef": role, "pluginId": "things", "resourceType": "thing",
        "permissionMapping": [{"name": name, "action": action}], "conditions": conditions,
    })
}
