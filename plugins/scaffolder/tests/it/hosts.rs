//! Actions on source hosts, against real git and against recorded requests.

mod attacks;
mod publishing;
mod pull_request;
pub(crate) mod support;
