//! Keys of `search` (search-backend 2.1.7 and its engines and collators).

use crate::schema::table::{BOOL, DATA, Group, Kind, NUMBER, OBJECT, SCHEDULE, TEXT, key};

pub(super) const GROUPS: &[Group] = &[
    (
        &["search"],
        &[
            key("defaultType", TEXT).frontend(),
            key("query.pageLimit", NUMBER).frontend(),
            key("maxTermLength", NUMBER),
            key("maxPageLimit", NUMBER),
            key("permissions.queryLatencyBudgetMs", NUMBER),
            key("collators.catalog.schedule", SCHEDULE),
            key("collators.catalog.locationTemplate", TEXT),
            key("collators.catalog.filter", DATA),
            key("collators.catalog.batchSize", NUMBER),
            key("collators.techdocs.schedule", SCHEDULE),
            key("collators.techdocs.locationTemplate", TEXT),
            key("collators.techdocs.parallelismLimit", NUMBER),
            key("collators.*", OBJECT),
            key("pg.normalization", &[Kind::Number, Kind::Text]),
            key("pg.indexerBatchSize", NUMBER),
            key("pg.highlightOptions.useHighlight", BOOL),
            key("pg.highlightOptions.maxWords", NUMBER),
            key("pg.highlightOptions.minWords", NUMBER),
            key("pg.highlightOptions.shortWord", NUMBER),
            key("pg.highlightOptions.highlightAll", BOOL),
            key("pg.highlightOptions.maxFragments", NUMBER),
            key("pg.highlightOptions.fragmentDelimiter", TEXT),
        ],
    ),
    (
        &["search.elasticsearch"],
        &[
            key("provider", TEXT),
            key("node", TEXT),
            key("cloudId", TEXT),
            key("region", TEXT),
            key("service", &[Kind::Word(&["es", "aoss"])]),
            key("auth", OBJECT).deep_secret(),
            key("indexPrefix", TEXT),
            key("batchSize", NUMBER),
            key("batchKeyField", TEXT),
            key("highlightOptions", OBJECT),
            key("queryOptions", OBJECT),
            key("indexTemplates[]", OBJECT),
            key("clientOptions", OBJECT),
        ],
    ),
];
