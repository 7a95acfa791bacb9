//! Keys that only Callboard has. Backstage ignores them, so a file with them still serves both.

use crate::schema::table::{DURATION, Group, Kind, NUMBER, TEXT, key};

pub(super) const BACKEND: &[Group] = &[(
    &["backend"],
    &[
        // The longest file or archive that is read from a URL.
        key("reading.maxBytes", NUMBER),
        // Networks from which proxies speak that sign users in.
        key("trustedProxies[]", TEXT),
        // A listener of its own for `/metrics`.
        key("metrics.listen", &[Kind::Text, Kind::Number]),
        key("metrics.listen.host", TEXT),
        key("metrics.listen.port", NUMBER),
    ],
)];

pub(super) const CATALOG: &[Group] = &[(
    &["catalog"],
    &[
        // How long, and how much, the change log keeps of what was.
        key("history.retention", DURATION),
        key("history.maxChanges", NUMBER),
    ],
)];
