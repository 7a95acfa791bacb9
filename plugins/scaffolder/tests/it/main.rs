//! The scaffolder over HTTP with its workers, on both databases.

mod approvals;
mod attacks;
mod dry_run;
mod events;
mod forms;
mod limits;
mod listing;
mod permissions;
mod recovery;
mod running;
mod support;
