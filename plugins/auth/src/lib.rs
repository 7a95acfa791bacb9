//! Identity: sign-in, tokens and their keys.
//!
//! [`AuthService`] issues and verifies tokens for the whole server; [`AuthPlugin`] is what stands at `/api/auth`.
//! Formats and rules are those of `auth-backend` 0.30.1 and `backend-defaults` 0.18.0.

mod clients;
mod cookie;
mod error;
mod external;
mod guest;
mod keys;
mod migrations;
mod oauth;
mod plugin;
mod proxy;
mod remote_services;
mod routes;
mod service;
mod settings;
mod sign_in;
mod tokens;
mod user_info;
mod verify;

pub use cookie::routes as cookie_routes;
pub use error::AuthError;
pub use plugin::AuthPlugin;
pub use service::AuthService;
