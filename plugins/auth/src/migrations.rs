//! All tables of the plugin, in the order in which they came.

use callboard_store::Migration;

/// What the plugin brings its tables up to date with.
pub(crate) const ALL: &[Migration] = &[KEYS, CLIENTS];

const KEYS: Migration = Migration {
    version: 1,
    name: "signing keys and user info",
    sql: "CREATE TABLE auth_signing_keys (
            kid TEXT PRIMARY KEY,
            purpose TEXT NOT NULL,
            public_key TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            kept_until BIGINT NOT NULL
          );
          CREATE TABLE auth_user_info (
            user_entity_ref TEXT PRIMARY KEY,
            claims TEXT NOT NULL,
            updated_at BIGINT NOT NULL
          )",
};

const CLIENTS: Migration = Migration {
    version: 10,
    name: "clients: registrations, requests and refresh tokens",
    sql: "CREATE TABLE auth_clients (
            client_id TEXT PRIMARY KEY,
            client_name TEXT NOT NULL,
            secret_hash TEXT NOT NULL,
            redirect_uris TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            last_used_at BIGINT
          );
          CREATE TABLE auth_authorizations (
            id TEXT PRIMARY KEY,
            client_id TEXT NOT NULL,
            client_name TEXT NOT NULL,
            public_client BIGINT NOT NULL,
            redirect_uri TEXT NOT NULL,
            scope TEXT,
            state TEXT,
            code_challenge TEXT,
            code_challenge_method TEXT,
            status TEXT NOT NULL,
            user_entity_ref TEXT,
            code_hash TEXT UNIQUE,
            code_expires_at BIGINT,
            code_used_at BIGINT,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL
          );
          CREATE INDEX auth_authorizations_expires_at ON auth_authorizations (expires_at);
          CREATE TABLE auth_refresh_sessions (
            id TEXT PRIMARY KEY,
            user_entity_ref TEXT NOT NULL,
            client_id TEXT NOT NULL,
            client_name TEXT NOT NULL,
            authorization_id TEXT NOT NULL,
            token_hash TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            last_used_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            ends_at BIGINT NOT NULL
          );
          CREATE INDEX auth_refresh_sessions_user ON auth_refresh_sessions (user_entity_ref);
          CREATE INDEX auth_refresh_sessions_authorization ON auth_refresh_sessions (authorization_id);
          CREATE TABLE auth_refresh_used (
            session_id TEXT NOT NULL,
            token_digest TEXT NOT NULL,
            used_at BIGINT NOT NULL,
            PRIMARY KEY (session_id, token_digest)
          )",
};
