//! Serving the built frontend of a Backstage app instead of the portal that the binary brings along: `app.distDir`
//! (`plugin-app-backend` 0.5.18). Without that key only the routes that every plugin has are here.

mod bundle;
mod content_type;
mod error;
mod old_assets;
mod page;
mod plugin;
mod safe_path;
mod serve;
mod settings;
mod sign_in;
mod template;

pub use error::AppError;
pub use page::{base_path, inject};
pub use plugin::AppPlugin;
