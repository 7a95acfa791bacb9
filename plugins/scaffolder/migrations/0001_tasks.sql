CREATE TABLE scaffolder_tasks (
  id TEXT NOT NULL PRIMARY KEY,
  spec TEXT NOT NULL,
  status TEXT NOT NULL,
  template_ref TEXT NOT NULL,
  template_owner TEXT,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_heartbeat_at BIGINT,
  ended_at BIGINT,
  secrets {bytes},
  state {bytes},
  waiting TEXT,
  approvals TEXT,
  cancel_requested BIGINT NOT NULL,
  runs BIGINT NOT NULL,
  commits BIGINT NOT NULL,
  lease_owner TEXT,
  lease_until BIGINT
);
CREATE INDEX scaffolder_tasks_status ON scaffolder_tasks (status, created_at);
CREATE INDEX scaffolder_tasks_created_by ON scaffolder_tasks (created_by, created_at);
CREATE INDEX scaffolder_tasks_created_at ON scaffolder_tasks (created_at);
CREATE INDEX scaffolder_tasks_lease ON scaffolder_tasks (lease_owner);
CREATE TABLE scaffolder_task_events (
  id {sequence_key},
  task_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX scaffolder_task_events_task ON scaffolder_task_events (task_id, id);
CREATE TABLE scaffolder_checkpoints (
  task_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  value {bytes} NOT NULL,
  PRIMARY KEY (task_id, step_id, key_hash)
){without_rowid};
CREATE TABLE scaffolder_workspaces (
  task_id TEXT NOT NULL,
  part BIGINT NOT NULL,
  data {bytes} NOT NULL,
  PRIMARY KEY (task_id, part)
);
CREATE TABLE scaffolder_keys (
  id BIGINT NOT NULL PRIMARY KEY,
  secret {bytes} NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE scaffolder_queue (
  id BIGINT NOT NULL PRIMARY KEY,
  claims BIGINT NOT NULL
);
INSERT INTO scaffolder_queue (id, claims) VALUES (1, 0)
