//! The integration tests of the model, one binary.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests may fail the test and print")]

mod conformance;
mod corpus;
mod filters;
mod kinds;
mod mutated_yaml;
mod policies;
mod projection;
mod references;
mod relations;
mod search_rows;
mod yaml;

use std::path::PathBuf;

/// The folder of real-world input, or `None` with a printed line where it is absent.
fn shared(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CALLBOARD_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join(part);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not here (set CALLBOARD_SHARED to where it is)", path.display());
    None
}
