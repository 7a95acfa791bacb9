//! The in-memory index: every final entity's bytes, and who has which search key and value.
