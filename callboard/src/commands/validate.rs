//! `callboard validate`: checks catalog files offline, with the rules that the server applies.

mod check;
mod find;
mod placeholders;
mod report;

use std::process::ExitCode;

use crate::cli::{Format, ValidateArgs};

/// What is wrong at one place of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The file as it was named, `/`-separated.
    pub(crate) file: String,
    /// 1-based.
    pub(crate) line: usize,
    /// 1-based, in characters.
    pub(crate) column: usize,
    /// JSON pointer of the field; empty where the fault has none.
    pub(crate) field: String,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

/// Checks all files and prints what is wrong; exit status 1 if something is.
pub(crate) fn run(options: &ValidateArgs) -> anyhow::Result<ExitCode> {
    let files = find::files(&options.paths)?;
    let outcome = check::files(&files);
    let text = match options.format {
        Format::Text => report::text(&outcome),
        Format::Json => report::json(&outcome.faults)?,
        Format::Sarif => report::sarif(&outcome.faults)?,
    };
    super::print(&text);
    Ok(if outcome.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
