//! Secrets at rest and in text: encrypted in the database, masked wherever somebody reads.

mod mask;
mod vault;

pub(crate) use mask::{TaskMasker, looks_secret};
pub(crate) use vault::Vault;
