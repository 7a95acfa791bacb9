//! Integration tests: URL forms, hosts behind fake servers, the guarded client under attack, archives.

#![expect(clippy::unwrap_used, reason = "a test may panic; helpers outside #[test] functions too")]

mod archives;
mod egress;
mod git;
mod hosts;
mod object_stores;
mod own_token;
mod reading;
mod ssrf;
mod support;
mod urls;
