//! The rows, one file for each section of the configuration.

mod app;
mod auth;
mod backend;
mod callboard;
mod catalog;
mod catalog_providers;
mod events;
mod integrations;
mod kubernetes;
mod notifications;
mod permission;
mod proxy;
mod scaffolder;
mod search;
mod small;
mod techdocs;

use super::table::Group;

/// A top-level key that Backstage's own packages read.
pub(crate) struct Section {
    pub(crate) name: &'static str,
    /// The plugin that reads it; `None` for what is there in every installation.
    pub(crate) plugin: Option<&'static str>,
    pub(super) groups: &'static [&'static [Group]],
}

const fn ground(name: &'static str, groups: &'static [&'static [Group]]) -> Section {
    Section { name, plugin: None, groups }
}

const fn of(plugin: &'static str, name: &'static str, groups: &'static [&'static [Group]]) -> Section {
    Section { name, plugin: Some(plugin), groups }
}

/// Every section, in the order in which a file usually has them.
pub(crate) const SECTIONS: &[Section] = &[
    ground("app", &[app::GROUPS, callboard::APP]),
    ground("organization", &[small::ORGANIZATION]),
    ground("backend", &[backend::GROUPS, callboard::BACKEND]),
    ground("integrations", &[integrations::GROUPS]),
    ground("aws", &[integrations::AWS]),
    ground("discovery", &[small::DISCOVERY]),
    ground("homepage", &[small::HOMEPAGE]),
    ground("home", &[small::HOME]),
    ground("enableExperimentalRedirectFlow", &[small::REDIRECT_FLOW]),
    of("auth", "auth", &[auth::GROUPS]),
    of("catalog", "catalog", &[catalog::GROUPS, catalog_providers::GROUPS, callboard::CATALOG]),
    of("permission", "permission", &[permission::GROUPS]),
    of("scaffolder", "scaffolder", &[scaffolder::GROUPS, callboard::SCAFFOLDER]),
    of("techdocs", "techdocs", &[techdocs::GROUPS]),
    of("search", "search", &[search::GROUPS]),
    of("kubernetes", "kubernetes", &[kubernetes::GROUPS]),
    of("proxy", "proxy", &[proxy::GROUPS]),
    of("events", "events", &[events::GROUPS]),
    of("notifications", "notifications", &[notifications::GROUPS]),
    of("devtools", "devTools", &[small::DEVTOOLS]),
    of("mcp-actions", "mcpActions", &[small::MCP_ACTIONS]),
    of("gateway", "gateway", &[small::GATEWAY]),
    of("dynamic-features", "dynamicPlugins", &[small::DYNAMIC_PLUGINS]),
];
