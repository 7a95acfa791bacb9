//! Keys of `events`.

use crate::schema::table::{DURATION, Group, Kind, NUMBER, OBJECT, TEXT, key};

pub(super) const GROUPS: &[Group] = &[(
    &["events"],
    &[
        key("http.topics[]", TEXT),
        key("useEventBus", &[Kind::Word(&["auto", "always", "never"])]),
        key("notifyTimeoutMs", NUMBER),
        key("modules.*.webhookSecret", TEXT).secret(),
        key("modules.*", OBJECT),
        key("retention", DURATION),
    ],
)];
