//! Who is calling: the outcome of authentication, handed to everything that reads or changes data.

use secrecy::SecretString;

/// Who a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// A person, by user entity reference (`user:default/ada`, lower-case).
    User {
        /// The entity reference of the user.
        entity_ref: String,
        /// The service that acts for the user (`plugin:scaffolder`), if one does.
        actor: Option<String>,
    },
    /// Another plugin or an external caller with a service token.
    Service {
        /// `plugin:<id>`, or the subject that the config gives an external token.
        subject: String,
        /// Limits from `accessRestrictions`; `None` is unlimited.
        restrictions: Option<AccessRestrictions>,
    },
    /// Nobody: no token was sent.
    None,
}

/// What an external token is limited to (`backend.auth.externalAccess[].accessRestrictions`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessRestrictions {
    /// One entry for each plugin that the token may reach.
    pub plugins: Vec<PluginRestriction>,
}

/// The part of [`AccessRestrictions`] about one plugin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PluginRestriction {
    /// Plugin id.
    pub plugin: String,
    /// Permission names that are allowed; empty means all.
    pub permissions: Vec<String>,
    /// `action` attributes that are allowed (`create`, `read`, …); empty means all.
    pub actions: Vec<String>,
}

/// A principal with what it takes to act on its behalf.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Who it is.
    pub principal: Principal,
    /// The token as it came, to pass on to another service.
    pub token: Option<SecretString>,
    /// When the token ends, in seconds since the epoch.
    pub expires_at: Option<i64>,
}

impl Credentials {
    /// Nobody.
    pub fn none() -> Self {
        Self { principal: Principal::None, token: None, expires_at: None }
    }

    /// The server itself, for background work (`plugin:<id>`).
    pub fn own_service(plugin_id: &str) -> Self {
        Self {
            principal: Principal::Service { subject: format!("plugin:{plugin_id}"), restrictions: None },
            token: None,
            expires_at: None,
        }
    }

    /// A user, without a token; for tests and for work on a user's behalf inside the process.
    pub fn user(entity_ref: &str) -> Self {
        Self {
            principal: Principal::User { entity_ref: entity_ref.to_lowercase(), actor: None },
            token: None,
            expires_at: None,
        }
    }

    /// The user's entity reference, if this is a user.
    pub fn user_entity_ref(&self) -> Option<&str> {
        match &self.principal {
            Principal::User { entity_ref, .. } => Some(entity_ref),
            _ => None,
        }
    }

    /// The name that audit events and the change log carry as actor.
    pub fn subject(&self) -> &str {
        match &self.principal {
            Principal::User { entity_ref, .. } => entity_ref,
            Principal::Service { subject, .. } => subject,
            Principal::None => "anonymous",
        }
    }
}
