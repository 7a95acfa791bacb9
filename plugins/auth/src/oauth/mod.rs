//! Sign-in with an identity provider, on the wire of `auth-node` 0.7.6: `/<provider>/start`, `/handler/frame`,
//! `/refresh` and `/logout`, for each environment that the configuration has.
//!
//! - [`handler::Handler`] is one provider in one environment; it knows cookies, scopes and resolvers.
//! - [`provider::Provider`] is what differs between providers; [`providers`] is the list of them, a file each.
//! - [`client::Client`] talks to a provider's endpoints through the guarded client; [`oidc`] is the relying party.

mod answer;
mod client;
mod code_flow;
mod cookies;
mod environments;
mod error;
mod handler;
mod oidc;
mod once;
mod options;
mod origins;
mod page;
mod provider;
mod providers;
mod request;
mod routes;
mod scopes;
mod state;

pub(crate) use environments::{Environments, Parts};
pub(crate) use handler::Context;
pub(crate) use once::{MIGRATION, MIGRATIONS_OF};
pub(crate) use options::add as add_options;
pub(crate) use routes::add as add_routes;
