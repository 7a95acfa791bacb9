//! Actions on source hosts, against real git and against recorded requests.

mod attacks;
mod azure_and_gerrit;
mod bitbucket;
mod examples;
mod github;
mod gitlab;
mod publishing;
mod pull_request;
pub(crate) mod support;
