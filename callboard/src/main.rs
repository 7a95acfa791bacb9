//! The binary: CLI, the one explicit list of plugins, the embedded UI.
fn main() {}
