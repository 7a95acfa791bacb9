//! Per-user settings on the server: stars live here (`user-settings-backend` 0.4.7).

mod error;
mod plugin;
mod routes;
mod storage;

pub use plugin::UserSettingsPlugin;
