//! What callers do with tasks: one module for each.

mod approve;
mod cancel;
mod create;
mod retry;
mod see;

pub(crate) use create::{NewTaskRequest, secrets_of};
