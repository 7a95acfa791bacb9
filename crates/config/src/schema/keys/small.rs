//! Sections of a few keys each.

use crate::schema::table::{BOOL, DATA, Group, Kind, OBJECT, TEXT, key};

pub(super) const ORGANIZATION: &[Group] = &[(&["organization"], &[key("name", TEXT).frontend()])];

pub(super) const DISCOVERY: &[Group] = &[(
    &["discovery.endpoints[]"],
    &[
        key("target", TEXT).frontend(),
        key("target.internal", TEXT),
        key("target.external", TEXT).frontend(),
        key("plugins[]", TEXT).frontend(),
    ],
)];

pub(super) const HOMEPAGE: &[Group] =
    &[(&["homepage"], &[key("clocks[].label", TEXT).frontend(), key("clocks[].timezone", TEXT).frontend()])];

const FILTER_VALUE: &[Kind] = &[Kind::Text, Kind::Number, Kind::Bool];

pub(super) const HOME: &[Group] = &[(
    &["home.topVisits.filterBy[]", "home.recentVisits.filterBy[]"],
    &[
        key("field", TEXT).frontend(),
        key("operator", TEXT).frontend(),
        key("value", FILTER_VALUE).frontend(),
        key("value[]", FILTER_VALUE).frontend(),
    ],
)];

pub(super) const REDIRECT_FLOW: &[Group] =
    &[(&["enableExperimentalRedirectFlow"], &[key("", BOOL).frontend()])];

pub(super) const DEVTOOLS: &[Group] = &[(
    &["devTools"],
    &[
        key("externalDependencies.endpoints[].name", TEXT),
        key("externalDependencies.endpoints[].type", &[Kind::Word(&["fetch", "ping"])]),
        key("externalDependencies.endpoints[].target", TEXT),
        key("info.packagePrefixes[]", TEXT),
    ],
)];

pub(super) const MCP_ACTIONS: &[Group] = &[
    (
        &["mcpActions", "mcpActions.servers.*"],
        &[key("name", TEXT), key("description", TEXT), key("instructions", TEXT)],
    ),
    (
        &["mcpActions"],
        &[
            key("namespacedToolNames", BOOL),
            key("servers.*.filter", OBJECT),
            key("tracing.capture.toolPayload", BOOL),
        ],
    ),
];

pub(super) const GATEWAY: &[Group] = &[(&["gateway"], &[key("", DATA)])];

pub(super) const DYNAMIC_PLUGINS: &[Group] =
    &[(&["dynamicPlugins"], &[key("rootDirectory", TEXT), key("", OBJECT)])];
