//! Keys that only Callboard has. Backstage ignores them, so a file with them still serves both.

use crate::schema::table::{DURATION, Group, Kind, NUMBER, TEXT, key};

const SEVERITY: &[Kind] = &[Kind::Word(&["low", "medium", "high", "critical", "none"])];

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
        // The audit log.
        key("auditor.retention", DURATION),
        key("auditor.maxEvents", NUMBER),
        key("auditor.database.severity", SEVERITY),
        key("auditor.buffer.directory", TEXT),
        key("auditor.buffer.maxBytes", NUMBER),
        key("auditor.sinks.*.type", &[Kind::Word(&["file", "elasticsearch", "webhook"])]),
        key("auditor.sinks.*.severity", SEVERITY),
        key("auditor.sinks.*.path", TEXT),
        key("auditor.sinks.*.maxBytes", NUMBER),
        key("auditor.sinks.*.maxFiles", NUMBER),
        key("auditor.sinks.*.url", TEXT),
        key("auditor.sinks.*.index", TEXT),
        key("auditor.sinks.*.username", TEXT),
        key("auditor.sinks.*.password", TEXT).secret(),
        key("auditor.sinks.*.apiKey", TEXT).secret(),
        key("auditor.sinks.*.headers.*", TEXT).secret(),
        key("auditor.sinks.*.secret", TEXT).secret(),
    ],
)];

pub(super) const APP: &[Group] = &[(
    &["app"],
    &[
        // The dist folder of a built app that is served instead of the portal.
        key("distDir", TEXT),
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

pub(super) const SCAFFOLDER: &[Group] = &[(
    &["scaffolder"],
    &[
        // What secrets, states and workspaces of tasks are encrypted with.
        key("secretsKey", TEXT).secret(),
        // How long a failed task can be retried from one of its steps.
        key("retryPeriod", DURATION),
        key("limits.tasksPerTemplate", NUMBER),
        key("limits.tasksPerUser", NUMBER),
        key("limits.stepTimeout", DURATION),
        key("limits.logLines", NUMBER),
        key("limits.logBytes", NUMBER),
        key("limits.workspaceBytes", NUMBER),
    ],
)];
