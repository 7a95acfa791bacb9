//! A relying party for OpenID Connect: discovery, keys, and the checks of an id token.

mod discovery;
mod id_token;
mod keys;
mod relying_party;
mod remembered;

pub(crate) use discovery::Discovery;
pub(crate) use id_token::{peek_claims, read_unsigned};
pub(crate) use relying_party::RelyingParty;
