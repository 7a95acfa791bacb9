//! The permission plugin as its callers meet it.

mod attacks;
mod authorize;
mod decisions;
mod explain;
mod files;
mod golden;
mod model;
mod processes;
mod rest;
mod support;
