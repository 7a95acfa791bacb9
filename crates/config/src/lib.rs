//! Loads app-config files exactly as Backstage does, with errors that name file and line.
//!
//! [`Config`] is what everything else reads. It knows where each value came from, so that an error can say
//! `app-config.yaml:12:7: backend.listen.port: expected a number, got "abc"`.
//! The crate is pure: files and environment are handed in, and nothing here watches, waits or logs.

mod app_schema;
mod check;
mod duration;
mod error;
mod frontend;
mod load;
mod mask;
mod masker;
mod node;
mod path;
mod print;
mod reader;
pub mod report;
mod schedule;
mod schema;

pub use app_schema::AppSchema;
pub use check::{Finding, Level, check};
pub use error::ConfigError;
pub use frontend::{frontend_config, frontend_config_with};
pub use load::{ConfigFiles, DiskFiles, Loaded, MAX_FILE_BYTES, Sources, load};
pub use masker::{MASK, Masker};
pub use node::{LeftOut, Origin};
pub use print::print;
pub use reader::Config;
pub use schedule::{Frequency, Schedule, Scope};

/// Every secret of a configuration, longest first, so that logs can mask them: values whose key is known as a secret, and
/// those under unknown keys that sound like one. Texts of one character are left out.
pub fn secret_values(config: &Config) -> Vec<String> {
    mask::secret_values(config.node())
}
