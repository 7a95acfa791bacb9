//! Decides for every plugin of the process. What a user may do is worked out once, and kept until a role, a group or what
//! the user owns changes.

mod background;
mod explain;
mod preview;
mod roles;
mod view;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use callboard_config::Config;
use callboard_kit::auth::TokenIssuer;
use callboard_kit::credentials::{Credentials, Principal};
use callboard_kit::error::ApiError;
use callboard_kit::permission::{
    Authorizer, Conditional, Decision, PermissionIntegration, PermissionRequest, decide_for_service,
};
use callboard_kit::user_info::{GroupDirectory, UserInfoSource};
use callboard_store::Database;
use parking_lot::RwLock;

use crate::engine::decide::Asked;
use crate::engine::snapshot::Snapshot;
use crate::error::RbacError;
use crate::model::RoleMetadata;
use crate::remote::Remote;
use crate::settings::{PolicyMode, RbacSettings};
use crate::sources::{Sources, Texts};
use crate::stored::Storage;
use crate::stored::change::{Change, Context, Outcome};
use view::Views;

pub use explain::Question;
pub(crate) use preview::Preview;

/// What the plugins of this process bring; there once they are made.
struct Connections {
    integrations: Vec<Arc<dyn PermissionIntegration>>,
    groups: Arc<dyn GroupDirectory>,
}

/// What counts now.
#[derive(Default)]
struct State {
    sources: Sources,
    snapshot: Arc<Snapshot>,
    /// The files that the sources were read from.
    texts: Arc<Texts>,
    /// Grows with each replacement.
    version: u64,
}

/// The policy of the server. Ready once [`crate::PermissionPlugin`] has started; until then it denies.
pub struct PermissionService {
    mode: PolicyMode,
    storage: Storage,
    info: Arc<dyn UserInfoSource>,
    remote: Remote,
    connections: OnceLock<Connections>,
    state: RwLock<State>,
    /// Held while the state is replaced, so that an older one never follows a newer one.
    turn: tokio::sync::Mutex<()>,
    views: Views,
}

impl PermissionService {
    /// Reads `permission` and `discovery`; `config` is the whole configuration. Touches nothing yet.
    ///
    /// # Errors
    /// When the configuration can't be used.
    pub fn new(
        config: &Config,
        database: Database,
        info: Arc<dyn UserInfoSource>,
        tokens: Arc<dyn TokenIssuer>,
    ) -> Result<Self, RbacError> {
        Ok(Self {
            mode: PolicyMode::read(config)?,
            storage: Storage::new(database),
            info,
            remote: Remote::new(config, tokens)?,
            connections: OnceLock::new(),
            state: RwLock::default(),
            turn: tokio::sync::Mutex::new(()),
            views: Views::default(),
        })
    }

    /// Tells it of the plugins of this process and of the groups; once, before it starts.
    pub fn connect(
        &self,
        integrations: Vec<Arc<dyn PermissionIntegration>>,
        groups: Arc<dyn GroupDirectory>,
    ) {
        // A second call would come from a mistake of the program; the first one stays.
        let _ = self.connections.set(Connections { integrations, groups });
    }

    /// Whether roles decide.
    pub fn is_rbac(&self) -> bool {
        self.rbac().is_some()
    }

    pub(crate) fn rbac(&self) -> Option<&RbacSettings> {
        match &self.mode {
            PolicyMode::Rbac(settings) => Some(settings),
            _ => None,
        }
    }

    /// The settings, for what is only there with roles.
    fn settings(&self) -> Result<&RbacSettings, RbacError> {
        self.rbac().ok_or_else(|| RbacError::NotFound("permission.rbac is not configured".to_owned()))
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.state.read().snapshot.clone()
    }

    /// The plugins of this process that have permissions.
    pub(crate) fn integrations(&self) -> &[Arc<dyn PermissionIntegration>] {
        self.connections.get().map_or(&[], |connections| &connections.integrations)
    }

    fn groups(&self) -> Result<&Arc<dyn GroupDirectory>, RbacError> {
        let connections = self.connections.get();
        let missing = || RbacError::NotFound("the catalog is not connected yet".to_owned());
        connections.map(|connections| &connections.groups).ok_or_else(missing)
    }

    pub(crate) fn remote(&self) -> &Remote {
        &self.remote
    }

    /// One decision. Services are decided on where they call, and don't come here.
    pub(crate) async fn decide(&self, principal: &Principal, asked: Asked<'_>) -> Result<Decision, ApiError> {
        let Some(settings) = self.rbac() else { return Ok(Decision::Allow) };
        match principal {
            Principal::User { entity_ref, .. } => {
                Ok(self.view(entity_ref, settings).await?.decide(asked, settings))
            }
            Principal::Service { .. } | Principal::None => Ok(Decision::Deny),
        }
    }

    /// Whether each resource satisfies the condition of a decision.
    pub(crate) async fn apply(
        &self,
        conditional: &Conditional,
        resource_type: &str,
        resource_refs: &[&str],
        credentials: &Credentials,
    ) -> Result<Vec<bool>, ApiError> {
        let plugin_id = conditional.plugin_id();
        let condition = conditional.condition();
        let here = self.integrations().iter().find(|one| one.plugin_id() == plugin_id);
        if let Some(base_url) = self.remote.base_url(plugin_id, here.is_some()) {
            let question = (resource_type, resource_refs, condition);
            return self.remote.apply(&base_url, plugin_id, question, credentials).await;
        }
        match here {
            Some(integration) => integration.apply(resource_type, resource_refs, condition).await,
            None => Err(ApiError::internal(&RbacError::Remote(format!(
                "a condition is about the plugin '{plugin_id}', which is neither here nor in discovery.endpoints"
            )))),
        }
    }

    /// Makes changes, all or none; they count when this returns. `may_touch` says which roles the caller may change.
    pub(crate) async fn change(
        &self,
        changes: &[Change],
        user: &str,
        may_touch: &(dyn Fn(&RoleMetadata) -> bool + Sync),
    ) -> Result<Vec<Outcome>, RbacError> {
        let settings = self.settings()?;
        let _turn = self.turn.lock().await;
        let sources = self.state.read().sources.clone();
        let elsewhere = |name: &str| sources.elsewhere(settings, name);
        let now = jiff::Timestamp::now().as_millisecond();
        let context = Context { elsewhere: &elsewhere, may_touch, user, now };
        let (stored, outcomes) = self.storage.change(&sources.stored, changes, &context).await?;
        if stored.sequence > sources.stored.sequence {
            self.replace(Sources { stored, ..sources.clone() }, settings);
        }
        Ok(outcomes)
    }

    /// Makes these sources count. The caller holds the turn.
    fn replace(&self, sources: Sources, settings: &RbacSettings) -> Vec<String> {
        let (snapshot, warnings) = sources.compile(settings);
        let mut state = self.state.write();
        state.sources = sources;
        state.snapshot = Arc::new(snapshot);
        state.version += 1;
        warnings
    }
}

#[async_trait]
impl Authorizer for PermissionService {
    async fn authorize(
        &self,
        requests: &[PermissionRequest],
        credentials: &Credentials,
    ) -> Result<Vec<Decision>, ApiError> {
        let mut decisions = Vec::with_capacity(requests.len());
        for request in requests {
            let permission = &request.permission;
            if let Principal::Service { restrictions, .. } = &credentials.principal {
                decisions.push(decide_for_service(restrictions.as_ref(), permission));
                continue;
            }
            let asked = Asked {
                name: permission.name,
                action: permission.action,
                resource_type: permission.resource_type,
            };
            let mut decision = self.decide(&credentials.principal, asked).await?;
            if let (Decision::Conditional(conditional), Some(resource_ref), Some(resource_type)) =
                (&decision, &request.resource_ref, permission.resource_type)
            {
                let holds = self.apply(conditional, resource_type, &[resource_ref], credentials).await?;
                decision = if holds == [true] { Decision::Allow } else { Decision::Deny };
            }
            decisions.push(decision);
        }
        Ok(decisions)
    }
}

impl std::fmt::Debug for PermissionService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PermissionService").field("rbac", &self.is_rbac()).finish_non_exhaustive()
    }
}
