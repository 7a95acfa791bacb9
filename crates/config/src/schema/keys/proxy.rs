//! Keys of `proxy` (proxy-backend 0.6.18). Endpoints also stand directly below `proxy` in older files.

use crate::schema::table::{BOOL, DATA, Group, Key, Kind, TEXT, key};

pub(super) const GROUPS: &[Group] = &[
    (&["proxy"], &[key("skipInvalidProxies", BOOL), key("reviveConsumedRequestBodies", BOOL)]),
    (&["proxy.endpoints.*", "proxy.*"], ENDPOINT),
];

const ENDPOINT: &[Key] = &[
    key("", TEXT),
    key("target", TEXT),
    key("headers.Authorization", TEXT).secret(),
    key("headers.authorization", TEXT).secret(),
    key("headers.X-Api-Key", TEXT).secret(),
    key("headers.x-api-key", TEXT).secret(),
    key("headers.*", DATA),
    key("changeOrigin", BOOL),
    key("pathRewrite", DATA),
    key("allowedMethods[]", TEXT),
    key("allowedHeaders[]", TEXT),
    key("credentials", &[Kind::Word(&["require", "forward", "dangerously-allow-unauthenticated"])]),
    // Whatever else stands here goes to the proxy library as it is.
    key("*", DATA),
];
