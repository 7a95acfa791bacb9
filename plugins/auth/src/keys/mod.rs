//! Keys: made here, used for a while, their public halves shared through the database.

mod ring;
mod signing_key;

pub(crate) use ring::{KeyRing, MIGRATION, Purpose};
pub(crate) use signing_key::SigningKey;
