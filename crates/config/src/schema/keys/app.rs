//! Keys of `app`: what the browser shows. Extensions are processed entirely there (frontend-app-api 0.16.8).

use crate::schema::table::{BOOL, DATA, Group, NUMBER, TEXT, key};

pub(super) const GROUPS: &[Group] = &[(
    &["app"],
    &[
        key("baseUrl", TEXT).frontend(),
        key("title", TEXT).frontend(),
        key("support.url", TEXT).frontend(),
        key("support.items[].title", TEXT).frontend(),
        key("support.items[].icon", TEXT).frontend(),
        key("support.items[].links[].url", TEXT).frontend(),
        key("support.items[].links[].title", TEXT).frontend(),
        key("packages", DATA).deep_frontend(),
        key("extensions", DATA).deep_frontend(),
        key("pluginOverrides", DATA).deep_frontend(),
        key("routes.bindings", DATA).deep_frontend(),
        key("analytics", DATA).deep_frontend(),
        // Read by the server that hands out the app.
        key("packageName", TEXT),
        key("disableConfigInjection", BOOL),
        key("disableStaticFallbackCache", BOOL),
        key("disablePublicEntryPoint", BOOL),
        // Read by the development server of Backstage only.
        key("listen.host", TEXT),
        key("listen.port", NUMBER),
        key("https", DATA),
        key("experimental", DATA),
    ],
)];
