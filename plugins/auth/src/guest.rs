//! The guest provider: everybody is one configured user (`guest` provider 0.2.23).

use callboard_config::{Config, ConfigError};

use crate::error::AuthError;
use crate::settings::entity_ref;

/// Who a guest is when the configuration says nothing.
const DEFAULT_USER: &str = "user:development/guest";

/// `auth.providers.guest`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GuestSettings {
    /// Who guests are.
    pub(crate) user_entity_ref: String,
    /// What they own when the catalog doesn't know the user.
    pub(crate) ownership_entity_refs: Vec<String>,
    allow_outside_development: bool,
}

impl GuestSettings {
    pub(crate) fn read(config: &Config) -> Result<Option<Self>, ConfigError> {
        let Some(section) = config.opt_config("auth.providers.guest")? else { return Ok(None) };
        let user_entity_ref = match section.opt_str("userEntityRef")? {
            Some(text) => entity_ref(&section, "userEntityRef", text)?,
            None => DEFAULT_USER.to_owned(),
        };
        let ownership_entity_refs = match section.opt_string_array("ownershipEntityRefs")? {
            Some(texts) => texts
                .iter()
                .map(|text| entity_ref(&section, "ownershipEntityRefs", text))
                .collect::<Result<_, _>>()?,
            None => vec![user_entity_ref.clone()],
        };
        let allow_outside_development =
            section.opt_bool("dangerouslyAllowOutsideDevelopment")?.unwrap_or(false);
        Ok(Some(Self { user_entity_ref, ownership_entity_refs, allow_outside_development }))
    }

    /// Whether guests may sign in at all.
    pub(crate) fn check(&self, development: bool) -> Result<(), AuthError> {
        if development || self.allow_outside_development {
            Ok(())
        } else {
            Err(AuthError::GuestOutsideDevelopment)
        }
    }
}
