//! Keys of `catalog` (catalog-backend 4.0.0, plugin-catalog, catalog-import); providers stand in a file of their own.

use crate::schema::table::{BOOL, DATA, DURATION, Group, Key, Kind, NUMBER, TEXT, key};

const KEEP_OR_DELETE: &[Kind] = &[Kind::Word(&["keep", "delete"])];

pub(super) const GROUPS: &[Group] = &[
    (
        &["catalog"],
        &[
            key("readonly", BOOL),
            key("locations[].type", TEXT),
            key("locations[].target", TEXT),
            key("locations[].presence", &[Kind::Word(&["optional", "required"])]),
            key("disableDefaultProcessors", BOOL),
            key("orphanStrategy", KEEP_OR_DELETE),
            key("orphanProviderStrategy", KEEP_OR_DELETE),
            key("stitchingStrategy.mode", &[Kind::Word(&["immediate", "deferred"])])
                .deprecated("entities are stitched at once"),
            key("stitchingStrategy.pollingInterval", DURATION),
            key("stitchingStrategy.stitchTimeout", DURATION),
            key("defaultLocationConflictStrategy", &[Kind::Word(&["reject", "refresh"])]),
            key("processingInterval", &[Kind::Duration, Kind::False]),
            key("providerOptions.*.disabled", BOOL),
            key("processorOptions.*.disabled", BOOL),
            key("processorOptions.*.priority", NUMBER),
            key("scmEvents", BOOL),
            key("scmEvents.refresh", BOOL),
            key("scmEvents.unregister", BOOL),
            key("scmEvents.move", BOOL),
            key("useUrlReadersSearch", BOOL),
            key("actions.experimentalCatalogLayersDescriptions.enabled", BOOL),
            key("processors", DATA),
            key("experimentalPagination", &[Kind::Bool, Kind::Object]).deep_frontend(),
            key("import.entityFilename", TEXT).frontend(),
            key("import.pullRequestBranchName", TEXT).frontend(),
        ],
    ),
    (&["catalog.rules[]", "catalog.locations[].rules[]"], RULE),
];

const RULE: &[Key] = &[
    // A kind, or an object of kind and `spec.type`, whose dot is part of the key.
    key("allow[]", &[Kind::Text, Kind::Object]),
    key("locations[].type", TEXT),
    key("locations[].exact", TEXT),
    key("locations[].pattern", TEXT),
];
