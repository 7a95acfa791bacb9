//! Tools and agents that sign in for a user: OAuth 2.1 with the user's consent (`auth-backend` 0.30.1, OidcRouter).
//!
//! A client is known by a document that its own id points to, or by registration. It sends the user's browser to
//! [`http`]'s `authorize`, the portal asks the user, and the client exchanges the code for an ordinary user token and,
//! where that is allowed, a refresh token.

mod audit;
mod authorizations;
mod discovery;
mod error;
mod http;
mod metadata;
mod params;
mod pattern;
mod redirect;
mod refresh;
mod registered;
mod resolve;
mod secret;
mod settings;

use std::sync::Arc;

use callboard_kit::audit::AuditLog;
use callboard_kit::identity::UserDirectory;
use callboard_kit::lifecycle::Lifecycle;
use tokio::time::{Duration, MissedTickBehavior};

use crate::error::AuthError;
use crate::service::AuthService;
use crate::tokens::UserToken;
use authorizations::Authorizations;
use metadata::MetadataDocuments;
use refresh::RefreshSessions;
use registered::RegisteredClients;

pub(crate) use self::http::{add_own_sessions, add_routes};
pub(crate) use settings::ClientSettings;

/// How often what has ended is deleted.
const CLEANUP: Duration = Duration::from_secs(3_600);

/// Everything that the routes of clients need.
#[derive(Clone)]
pub(crate) struct Clients {
    auth: Arc<AuthService>,
    audit: Arc<dyn AuditLog>,
    users: Option<Arc<dyn UserDirectory>>,
    documents: MetadataDocuments,
    registered: RegisteredClients,
    authorizations: Authorizations,
    refresh: RefreshSessions,
}

impl Clients {
    pub(crate) fn new(
        auth: &Arc<AuthService>,
        audit: &Arc<dyn AuditLog>,
        users: Option<&Arc<dyn UserDirectory>>,
    ) -> Self {
        let database = auth.database.clone();
        Self {
            auth: auth.clone(),
            audit: audit.clone(),
            users: users.cloned(),
            documents: MetadataDocuments::new(auth.egress.clone()),
            registered: RegisteredClients::new(database.clone()),
            authorizations: Authorizations::new(database.clone()),
            refresh: RefreshSessions::new(database, auth.settings.clients.refresh.clone()),
        }
    }

    fn settings(&self) -> &ClientSettings {
        &self.auth.settings.clients
    }

    fn now(&self) -> i64 {
        self.auth.now()
    }

    /// An ordinary token of the user. What the user owns is asked of the catalog once more; for one that the catalog
    /// doesn't know, what the last sign-in said stays.
    async fn user_token(&self, user: &str) -> Result<UserToken, AuthError> {
        let known = match &self.users {
            Some(users) => users.ownership_entity_refs(user).await.map_err(|error| {
                tracing::warn!(target: "auth", %error, "the catalog could not be asked about a user");
                AuthError::UserDirectory
            })?,
            None => None,
        };
        match known {
            Some(ownership) => self.auth.sign_in(user, &ownership).await,
            None => self.auth.sign_in_again(user).await,
        }
    }

    /// Deletes what has ended, now and every hour, until the server stops.
    pub(crate) fn clean_up(self, lifecycle: &Lifecycle) {
        let stop = lifecycle.shutdown();
        lifecycle.spawn(async move {
            let mut ticks = tokio::time::interval(CLEANUP);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = stop.cancelled() => break,
                    _ = ticks.tick() => {}
                }
                let now = self.now();
                let outcome = async {
                    self.authorizations.delete_ended(now).await?;
                    self.registered.delete_unused(now).await?;
                    self.refresh.delete_ended(now).await
                };
                if let Err(error) = outcome.await {
                    tracing::warn!(target: "auth", %error, "sessions of clients that have ended were not deleted");
                }
            }
        });
    }
}
