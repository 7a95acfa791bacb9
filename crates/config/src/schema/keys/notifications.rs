//! Keys of `notifications` (notifications-backend 0.6.9, its email and Slack modules).

use crate::schema::table::{DATA, DURATION, Group, Kind, NUMBER, OBJECT, TEXT, key};

pub(super) const GROUPS: &[Group] = &[
    (
        &["notifications"],
        &[
            key("concurrencyLimit", NUMBER),
            key("throttleInterval", DURATION),
            key("defaultSettings", DATA),
            key("retention", &[Kind::Duration, Kind::False]),
        ],
    ),
    (
        &["notifications.processors.email"],
        &[
            key("transportConfig", OBJECT),
            key("transportConfig.password", TEXT).secret(),
            key("transportConfig.secretAccessKey", TEXT).secret(),
            key("transportConfig.accessKey", TEXT).secret(),
            key("sender", TEXT),
            key("replyTo", TEXT),
            key("broadcastConfig.receiver", &[Kind::Word(&["none", "users", "config"])]),
            key("broadcastConfig.receiverEmails[]", TEXT),
            key("cache.ttl", DURATION),
            key("concurrencyLimit", NUMBER),
            key("throttleInterval", DURATION),
            key("filter.minSeverity", TEXT),
            key("filter.maxSeverity", TEXT),
            key("filter.excludedTopics[]", TEXT),
            key("filter.includedTopics[]", TEXT),
            key("allowedEmailDomains[]", TEXT),
            key("allowlistEmailAddresses[]", TEXT),
            key("denylistEmailAddresses[]", TEXT),
        ],
    ),
    (
        &["notifications.processors.slack[]"],
        &[
            key("token", TEXT).secret(),
            key("username", TEXT),
            key("broadcastChannels[]", TEXT),
            key("broadcastRoutes[].origin", TEXT),
            key("broadcastRoutes[].topic", TEXT),
            key("broadcastRoutes[].channel", TEXT),
            key("broadcastRoutes[].channel[]", TEXT),
            key("", OBJECT),
        ],
    ),
];
