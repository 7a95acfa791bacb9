//! The scaffolder over HTTP with its workers, on both databases; its actions, one by one.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod approvals;
mod attacks;
mod autocomplete;
mod backstage_request;
mod dry_run;
mod events;
mod forms;
mod hosts;
mod limits;
mod listing;
mod own_actions;
mod permissions;
mod publishing;
mod recovery;
mod running;
mod support;
