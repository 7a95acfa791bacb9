//! What goes into a sign-in, and what comes out.

use std::borrow::Cow;

/// Who somebody is according to an identity provider. Everything in here has been verified by the provider's own means;
/// an e-mail address only counts when `email_verified` says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// E-mail address.
    pub(crate) email: Option<String>,
    /// Whether the provider has checked that the address belongs to this person. Where a provider has a claim for it,
    /// it is true only if the claim is there and true; a provider that hands out checked addresses only sets it itself.
    pub(crate) email_verified: bool,
    /// The account's name (`login`, `nickname`).
    pub(crate) username: Option<String>,
    /// OIDC's `preferred_username`, or what stands for it.
    pub(crate) preferred_username: Option<String>,
    /// Name for people to read.
    pub(crate) display_name: Option<String>,
    /// URL of a picture.
    pub(crate) picture: Option<String>,
    /// Ids under which a catalog knows the person.
    pub(crate) ids: Vec<ForeignId>,
}

/// An id at the provider, and the annotation of a user entity that may hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForeignId {
    /// What resolvers of the provider call it: `user-id`, `email`.
    pub(crate) name: &'static str,
    /// `github.com/user-id`
    pub(crate) annotation: Cow<'static, str>,
    /// The id.
    pub(crate) value: String,
}

impl Identity {
    /// The e-mail address, if the provider vouches for it.
    pub(crate) fn verified_email(&self) -> Option<&str> {
        self.email.as_deref().filter(|_| self.email_verified)
    }

    /// The id with this name.
    pub(crate) fn id(&self, name: &str) -> Option<&ForeignId> {
        self.ids.iter().find(|id| id.name == name)
    }
}

/// Who somebody is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignIn {
    /// `user:default/ada`
    pub(crate) user_entity_ref: String,
    /// What the user owns, the own reference first.
    pub(crate) ownership_entity_refs: Vec<String>,
}
