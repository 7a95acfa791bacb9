-- Names begin with permission_, so that the tables may stand beside those of Backstage's RBAC plugin.
CREATE TABLE permission_roles (
  name TEXT NOT NULL PRIMARY KEY,
  description TEXT NOT NULL,
  owner TEXT NOT NULL,
  author TEXT NOT NULL,
  modified_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_modified BIGINT NOT NULL
){without_rowid};

CREATE TABLE permission_role_members (
  role TEXT NOT NULL,
  member TEXT NOT NULL,
  PRIMARY KEY (role, member)
){without_rowid};

CREATE TABLE permission_policies (
  role TEXT NOT NULL,
  permission TEXT NOT NULL,
  action TEXT NOT NULL,
  effect TEXT NOT NULL,
  PRIMARY KEY (role, permission, action, effect)
){without_rowid};

CREATE TABLE permission_conditions (
  id {integer_key},
  role TEXT NOT NULL,
  plugin_id TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  mapping TEXT NOT NULL,
  conditions TEXT NOT NULL
);

CREATE TABLE permission_plugin_ids (
  id TEXT NOT NULL PRIMARY KEY
){without_rowid};

-- One row: every change takes it first, so that changes follow each other, and counts it up.
CREATE TABLE permission_state (
  id BIGINT NOT NULL PRIMARY KEY,
  sequence BIGINT NOT NULL,
  next_condition BIGINT NOT NULL
);
INSERT INTO permission_state (id, sequence, next_condition) VALUES (1, 0, 1);
