//! The template engine of the scaffolder: nunjitsu 0.7.0's dialect of Nunjucks, with JavaScript's values.
//!
//! It is pure: no files, no clock, no runtime; it never runs code, and every render is bounded in steps, memory, output
//! and nesting. A [`Template`] is parsed once and rendered with any number of [`Context`]s; what surrounds it offers
//! filters and functions through a [`Host`].

pub mod backstage;
mod builtin_tests;
mod context;
mod deep_json;
mod error;
mod eval;
mod filters;
mod host;
mod js;
mod methods;
mod native;
mod options;
mod regex;
mod step_input;
mod suggest;
mod syntax;
mod template;
mod value;

pub use context::Context;
pub use deep_json::parse_deep_json;
pub use error::{ErrorKind, Limit, TemplateError};
pub use host::{Host, NoHost};
pub use native::Native;
pub use options::{Limits, Mode, Options};
pub use step_input::render_step_input;
pub use template::Template;
