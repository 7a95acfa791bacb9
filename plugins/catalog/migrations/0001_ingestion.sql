-- One row for all processes: the last sequence number given (its lock makes catalog writes follow each other, so
-- that the order of commits is the order of numbers), the oldest change kept, and what results were made with.
CREATE TABLE catalog_state (
    id BIGINT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    oldest_sequence BIGINT NOT NULL,
    fingerprint TEXT NOT NULL
);
INSERT INTO catalog_state (id, sequence, oldest_sequence, fingerprint) VALUES (1, 0, 1, '');

-- Small rows that change often. The documents stand in tables of their own, so that a claim does not rewrite them; and
-- those tables keep the order of arrival ({without_rowid} would spread large rows over the whole file).
CREATE TABLE catalog_refresh_state (
    entity_ref TEXT NOT NULL PRIMARY KEY,
    entity_id TEXT NOT NULL,
    location_key TEXT,
    unprocessed_hash TEXT NOT NULL,
    result_hash TEXT,
    errors TEXT,
    next_update_at BIGINT NOT NULL,
    last_discovery_at BIGINT NOT NULL,
    orphaned_at BIGINT,
    lease_owner TEXT,
    lease_until BIGINT NOT NULL
){without_rowid};
CREATE UNIQUE INDEX catalog_refresh_state_entity_id ON catalog_refresh_state (entity_id);
CREATE INDEX catalog_refresh_state_next_update_at ON catalog_refresh_state (next_update_at);
CREATE INDEX catalog_refresh_state_orphaned_at ON catalog_refresh_state (orphaned_at) WHERE orphaned_at IS NOT NULL;
CREATE INDEX catalog_refresh_state_errors ON catalog_refresh_state (entity_ref) WHERE errors IS NOT NULL;

CREATE TABLE catalog_unprocessed_entities (
    entity_ref TEXT NOT NULL PRIMARY KEY,
    entity TEXT NOT NULL
);

-- `relations` are those that start at the entity itself; those that it emits for others stand in catalog_relations.
CREATE TABLE catalog_processed_entities (
    entity_ref TEXT NOT NULL PRIMARY KEY,
    entity TEXT NOT NULL,
    relations TEXT NOT NULL
);

CREATE TABLE catalog_processing_cache (
    entity_ref TEXT NOT NULL PRIMARY KEY,
    cache TEXT NOT NULL
);

-- `source` is `key:<provider>` or `ref:<entity ref>`.
CREATE TABLE catalog_references (
    source TEXT NOT NULL,
    target_ref TEXT NOT NULL,
    PRIMARY KEY (source, target_ref)
){without_rowid};
CREATE INDEX catalog_references_target_ref ON catalog_references (target_ref);

-- Descriptions of an entity that another location owns; the oldest takes over when the owner lets go.
CREATE TABLE catalog_contenders (
    source TEXT NOT NULL,
    target_ref TEXT NOT NULL,
    location_key TEXT,
    entity TEXT NOT NULL,
    entity_hash TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (source, target_ref)
);
CREATE INDEX catalog_contenders_target_ref ON catalog_contenders (target_ref);

CREATE TABLE catalog_relations (
    originating_ref TEXT NOT NULL,
    source_ref TEXT NOT NULL,
    type TEXT NOT NULL,
    target_ref TEXT NOT NULL
);
CREATE INDEX catalog_relations_originating_ref ON catalog_relations (originating_ref);
CREATE INDEX catalog_relations_source_ref ON catalog_relations (source_ref);

CREATE TABLE catalog_refresh_keys (
    refresh_key TEXT NOT NULL,
    entity_ref TEXT NOT NULL,
    PRIMARY KEY (refresh_key, entity_ref)
){without_rowid};
CREATE INDEX catalog_refresh_keys_entity_ref ON catalog_refresh_keys (entity_ref);

CREATE TABLE catalog_stitch_queue (
    entity_ref TEXT NOT NULL PRIMARY KEY,
    queued_at BIGINT NOT NULL,
    cause TEXT NOT NULL
){without_rowid};
CREATE INDEX catalog_stitch_queue_queued_at ON catalog_stitch_queue (queued_at);

CREATE TABLE catalog_final_entities (
    entity_ref TEXT NOT NULL PRIMARY KEY,
    entity_id TEXT NOT NULL,
    entity TEXT NOT NULL,
    hash TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What an entity was after a change is what it was before its next one, or what it is now.
CREATE TABLE catalog_changes (
    sequence {integer_key},
    changed_at BIGINT NOT NULL,
    entity_ref TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    type TEXT NOT NULL,
    cause TEXT NOT NULL,
    before TEXT
);
CREATE INDEX catalog_changes_entity_ref ON catalog_changes (entity_ref, sequence);
CREATE INDEX catalog_changes_changed_at ON catalog_changes (changed_at);

CREATE TABLE catalog_locations (
    id TEXT NOT NULL PRIMARY KEY,
    type TEXT NOT NULL,
    target TEXT NOT NULL,
    entity_ref TEXT NOT NULL
){without_rowid};
CREATE UNIQUE INDEX catalog_locations_target ON catalog_locations (type, target);
CREATE INDEX catalog_locations_entity_ref ON catalog_locations (entity_ref);
