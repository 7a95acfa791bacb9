//! Loads app-config files exactly as Backstage does, with errors that name file and line.
//!
//! [`Config`] is what everything else reads. It knows where each value came from, so that an error can say
//! `app-config.yaml:12:7: backend.listen.port: expected a number, got "abc"`.
//! The crate is pure: files and environment are handed in, and nothing here watches, waits or logs.

mod duration;
mod error;
mod load;
mod mask;
mod node;
mod path;
mod reader;
mod schedule;
mod schema;

pub use error::ConfigError;
pub use load::{ConfigFiles, DiskFiles, Loaded, MAX_FILE_BYTES, Sources, load};
pub use node::{LeftOut, Origin};
pub use reader::Config;
pub use schedule::{Frequency, Schedule, Scope};
