//! By what a user is found: the rules behind the names of resolvers.

use callboard_kit::identity::{CatalogUser, UserDirectory, UserQuery};
use callboard_model::EntityRef;

use super::{Identity, SignIn, SignInError};

/// A part of an identity that can be the name of a user entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// [`Identity::username`]
    Username,
    /// [`Identity::preferred_username`]
    PreferredUsername,
    /// [`Identity::display_name`]
    DisplayName,
}

/// How a resolver finds the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// `spec.profile.email` is the address; on a miss, the address without `+tag`.
    ProfileEmail,
    /// The entity's name is what stands before the `@` of the address.
    EmailLocalPart,
    /// The entity's name is this claim.
    Name(Claim),
    /// An annotation of the entity holds the id with this name ([`Identity::id`]). An id called `email` is an e-mail
    /// address, which must be verified and has no upper case.
    Id(&'static str),
}

/// The resolvers that every provider has.
pub(crate) const COMMON: &[(&str, Rule)] = &[
    ("emailMatchingUserEntityProfileEmail", Rule::ProfileEmail),
    ("emailLocalPartMatchingUserEntityName", Rule::EmailLocalPart),
];

impl Rule {
    /// Whether the rule goes by an e-mail address, so that `allowedDomains` says something about it.
    pub(crate) fn is_by_email(self) -> bool {
        matches!(self, Self::ProfileEmail | Self::EmailLocalPart | Self::Id("email"))
    }

    /// Finds the user in the catalog. With `without_user` somebody who is not there gets in under the name that the
    /// rule goes by.
    pub(crate) async fn resolve(
        self,
        identity: &Identity,
        users: &dyn UserDirectory,
        without_user: bool,
    ) -> Result<SignIn, SignInError> {
        let name = self.name(identity)?;
        let found = match self {
            Self::ProfileEmail => match by(users, UserQuery::ProfileEmail(name)).await {
                Err(SignInError::NotFound) => match without_tag(name) {
                    Some(plain) => by(users, UserQuery::ProfileEmail(&plain)).await,
                    None => Err(SignInError::NotFound),
                },
                found => found,
            },
            Self::EmailLocalPart | Self::Name(_) => {
                by(users, UserQuery::EntityRef(&named(name).to_string())).await
            }
            Self::Id(id) => {
                let id = identity.id(id).ok_or(SignInError::NoClaim("an id"))?;
                let query = UserQuery::Annotation {
                    key: &id.annotation,
                    value: &id.value,
                    exact_case: id.name != "email",
                };
                by(users, query).await
            }
        };
        match found {
            Ok(user) => Ok(SignIn {
                user_entity_ref: user.user_entity_ref,
                ownership_entity_refs: user.ownership_entity_refs,
            }),
            Err(SignInError::NotFound) if without_user => self.stranger(name),
            Err(error) => Err(error),
        }
    }

    /// What the rule goes by.
    fn name(self, identity: &Identity) -> Result<&str, SignInError> {
        let (value, what) = match self {
            Self::ProfileEmail => (verified_email(identity)?, "an email"),
            Self::EmailLocalPart => {
                let email = verified_email(identity)?;
                (email.and_then(|email| email.split('@').next()), "an email")
            }
            Self::Name(Claim::Username) => (identity.username.as_deref(), "a username"),
            Self::Name(Claim::PreferredUsername) => {
                (identity.preferred_username.as_deref(), "a preferred username")
            }
            Self::Name(Claim::DisplayName) => (identity.display_name.as_deref(), "a display name"),
            Self::Id("email") => (verified_email(identity)?, "an email"),
            Self::Id(id) => (identity.id(id).map(|id| id.value.as_str()), "an id"),
        };
        value.filter(|value| !value.is_empty()).ok_or(SignInError::NoClaim(what))
    }

    /// Somebody without an entity. A name that could be read as another reference is nobody's.
    fn stranger(self, name: &str) -> Result<SignIn, SignInError> {
        let plain = match self {
            Self::ProfileEmail => without_tag(name).unwrap_or_else(|| name.to_owned()),
            _ => name.to_owned(),
        };
        if plain.len() > 254
            || plain.contains(|c: char| matches!(c, '/' | ':') || c.is_whitespace() || c.is_control())
        {
            return Err(SignInError::NotFound);
        }
        let user_entity_ref = named(&plain).to_string();
        Ok(SignIn { ownership_entity_refs: vec![user_entity_ref.clone()], user_entity_ref })
    }
}

fn named(name: &str) -> EntityRef {
    EntityRef::new("user", "default", name)
}

/// The address; an error if there is one that is not verified.
fn verified_email(identity: &Identity) -> Result<Option<&str>, SignInError> {
    match (identity.email.as_deref(), identity.verified_email()) {
        (Some(email), None) if !email.is_empty() => Err(SignInError::UnverifiedEmail),
        (_, verified) => Ok(verified),
    }
}

/// The one user that a query finds.
async fn by(users: &dyn UserDirectory, query: UserQuery<'_>) -> Result<CatalogUser, SignInError> {
    let mut found = users.find_users(query).await?;
    match found.len() {
        0 => Err(SignInError::NotFound),
        1 => Ok(found.remove(0)),
        _ => Err(SignInError::Conflict),
    }
}

/// `ada@x.example` for `ada+work@x.example`.
fn without_tag(email: &str) -> Option<String> {
    let (local, domain) = email.split_once('@')?;
    let (name, _) = local.split_once('+')?;
    (!name.is_empty()).then(|| format!("{name}@{domain}"))
}
