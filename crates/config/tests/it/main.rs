//! Tests of loading, reading, checking and showing configuration.
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

mod attacks;
mod checking;
mod corpus;
mod loading;
mod properties;
mod reading;
mod showing;
mod support;
