//! The commands, one file each, and how a failed one says so.

pub(crate) mod config;
pub(crate) mod permission;
pub(crate) mod serve;
mod source;
pub(crate) mod template;
pub(crate) mod validate;

use std::io::Write;

/// Writes an error with its causes to standard error.
pub(crate) fn fail(error: &anyhow::Error) {
    // Nothing is left to do when standard error is closed.
    let _ = writeln!(std::io::stderr(), "callboard: {error:#}");
}

/// Writes text to standard output; a closed pipe (`| head`) is not an error.
pub(crate) fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{}", text.trim_end_matches('\n'));
}
