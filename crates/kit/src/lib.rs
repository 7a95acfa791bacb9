//! What a plugin is given and what it must be: service traits, routes with declared access, HTTP errors.
//!
//! A plugin never imports another plugin. What it needs from one, it asks for through a trait of this crate,
//! so that any plugin can be switched off, run elsewhere behind the same HTTP wire, or be replaced.

pub mod access;
pub mod audit;
pub mod auth;
pub mod catalog;
pub mod changes;
pub mod credentials;
pub mod discovery;
pub mod error;
pub mod events;
pub mod http;
pub mod identity;
pub mod lifecycle;
pub mod metrics;
pub mod notifications;
pub mod permission;
pub mod plugin;
pub mod request;
pub mod url_reader;
pub mod user_info;
