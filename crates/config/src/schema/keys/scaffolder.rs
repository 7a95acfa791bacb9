//! Keys of `scaffolder` (scaffolder-backend 4.2.0).

use crate::schema::table::{BOOL, DURATION, Group, NUMBER, OBJECT, TEXT, key};

pub(super) const GROUPS: &[Group] = &[(
    &["scaffolder"],
    &[
        key("defaultAuthor.name", TEXT),
        key("defaultAuthor.email", TEXT),
        key("defaultCommitMessage", TEXT),
        key("defaultCommitSigningKey", TEXT).secret(),
        key("concurrentTasksLimit", NUMBER),
        key("requireScmUserCredentials", BOOL),
        key("taskRecovery.enabled", BOOL),
        key("taskRecovery.staleTimeout", DURATION),
        key("taskRecovery.workspaceProvider", TEXT),
        key("taskTimeout", DURATION),
        key("taskTimeoutJanitorFrequency", DURATION),
        key("auditor.taskParameterMaxLength", NUMBER),
        key("defaultEnvironment.parameters", OBJECT),
        key("defaultEnvironment.secrets", OBJECT).deep_secret(),
        key("sentry.apiBaseUrl", TEXT),
        key("sentry.token", TEXT).secret(),
        key("EXPERIMENTAL_gracefulShutdown", BOOL),
        key("EXPERIMENTAL_recoverTasks", BOOL),
        key("EXPERIMENTAL_recoverTasksTimeout", DURATION),
        key("EXPERIMENTAL_workspaceSerialization", BOOL),
        key("EXPERIMENTAL_workspaceSerializationProvider", TEXT),
    ],
)];
