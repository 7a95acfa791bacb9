//! The filters that Backstage's scaffolder has beyond the built-in ones: `parseRepoUrl`, `parseEntityRef`, `pick` and
//! `projectSlug`, as functions and as a [`Host`].

mod entity_ref;
mod pick;
mod repo_url;

pub use entity_ref::parse_entity_ref;
pub use pick::pick;
pub use repo_url::{parse_repo_url, project_slug};

use crate::host::Host;
use crate::native::Native;

/// The names of the filters.
pub const FILTERS: [&str; 4] = ["parseEntityRef", "parseRepoUrl", "pick", "projectSlug"];

/// A source host that is known: its name with its port, and its kind as in `integrations` (`github`, `gitlab`,
/// `bitbucketCloud`, `bitbucketServer`, `azure`, `gitea`, `gerrit`, …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    /// `github.com`, `gitlab.example.com:8443`.
    pub host: String,
    /// The kind of host.
    pub kind: String,
}

/// Backstage's filters, and its two functions `always` and `failure` where steps are rendered.
#[derive(Debug, Clone, Default)]
pub struct BackstageHost {
    integrations: Vec<Integration>,
    /// For the inputs of steps: has an earlier step failed?
    steps: Option<bool>,
}

impl BackstageHost {
    /// The filters, for these source hosts.
    #[must_use]
    pub fn new(integrations: Vec<Integration>) -> Self {
        Self { integrations, steps: None }
    }

    /// The same with `always()` and `failure()`, as in the inputs of steps.
    #[must_use]
    pub fn in_steps(mut self, failed: bool) -> Self {
        self.steps = Some(failed);
        self
    }
}

impl Host for BackstageHost {
    fn has_filter(&self, name: &str) -> bool {
        FILTERS.contains(&name)
    }

    fn filter_names(&self) -> Vec<String> {
        FILTERS.iter().map(|name| (*name).to_owned()).collect()
    }

    fn filter(&self, name: &str, arguments: Vec<Native>) -> Result<Native, String> {
        apply(name, &arguments, &self.integrations)
    }

    fn has_function(&self, name: &str) -> bool {
        self.steps.is_some() && matches!(name, "always" | "failure")
    }

    fn function(&self, name: &str, _arguments: Vec<Native>) -> Result<Native, String> {
        Ok(Native::Bool(name == "always" || self.steps == Some(true)))
    }
}

/// Applies one of the filters.
///
/// # Errors
///
/// What the filter has against its arguments, or that there is no such filter.
pub fn apply(name: &str, arguments: &[Native], integrations: &[Integration]) -> Result<Native, String> {
    let argument = |index: usize| arguments.get(index).unwrap_or(&Native::Undefined);
    match name {
        "parseRepoUrl" => parse_repo_url(argument(0), integrations),
        "projectSlug" => project_slug(argument(0), integrations),
        "parseEntityRef" => parse_entity_ref(argument(0), argument(1)),
        "pick" => pick(argument(0), argument(1), argument(2)),
        _ => Err(format!("there is no filter {name}")),
    }
}
