//! Keys: made here and used for a while, read from files, or fetched from whoever signs elsewhere.

mod algorithm;
mod kept;
mod remote;
mod ring;
mod settings;
mod signing_key;
mod static_keys;
mod verifying_key;

pub(crate) use algorithm::parse as parse_algorithm;
pub(crate) use remote::{KeysError, RemoteKeys};
pub(crate) use ring::{KeyRing, Purpose};
pub(crate) use settings::KeySource;
pub(crate) use signing_key::SigningKey;
pub(crate) use verifying_key::VerifyingKey;
