//! Sign-in: from what an identity provider says about somebody to a user of the catalog (`auth-node` 0.7.6).

mod error;
mod identity;
pub(crate) mod resolver;
mod rule;
#[cfg(test)]
mod tests;

pub(crate) use error::SignInError;
pub(crate) use identity::{ForeignId, Identity, SignIn};
pub(crate) use rule::{Claim, Rule};
