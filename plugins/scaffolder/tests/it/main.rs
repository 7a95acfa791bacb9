//! Tests of the scaffolder.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod hosts;
