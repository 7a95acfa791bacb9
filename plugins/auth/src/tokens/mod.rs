//! The formats of tokens: what is in them and how they are read.

mod issue;
mod read;

pub(crate) use issue::{UserToken, limited_user_token, plugin_token, user_token};
pub(crate) use read::{Header, claims, names_one_of, peek, unverified_claims};

/// `typ` of a user token.
pub(crate) const USER: &str = "vnd.backstage.user";
/// `typ` of a limited user token: a cookie, or the `obo` of a plugin token.
pub(crate) const LIMITED_USER: &str = "vnd.backstage.limited-user";
/// `typ` of a plugin token.
pub(crate) const PLUGIN: &str = "vnd.backstage.plugin";
/// Most bytes of a token (`auth-backend` 0.30.1).
pub(crate) const MAX_LENGTH: usize = 32_768;
