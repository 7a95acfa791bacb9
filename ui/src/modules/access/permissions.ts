// The permissions that the portal itself asks about.

import type { Permission } from '@/api/queries/authorize';

const ENTITY = 'catalog-entity';

export const REFRESH_ENTITY: Permission = {
  name: 'catalog.entity.refresh',
  action: 'update',
  resourceType: ENTITY,
};
export const DELETE_ENTITY: Permission = {
  name: 'catalog.entity.delete',
  action: 'delete',
  resourceType: ENTITY,
};
export const CREATE_LOCATION: Permission = { name: 'catalog.location.create', action: 'create' };
export const DELETE_LOCATION: Permission = { name: 'catalog.location.delete', action: 'delete' };
const POLICY = 'policy-entity';

export const CREATE_POLICY: Permission = { name: 'policy.entity.create', action: 'create' };
export const UPDATE_POLICY: Permission = {
  name: 'policy.entity.update',
  action: 'update',
  resourceType: POLICY,
};
export const DELETE_POLICY: Permission = {
  name: 'policy.entity.delete',
  action: 'delete',
  resourceType: POLICY,
};
export const READ_AUDIT: Permission = { name: 'audit.event.read', action: 'read' };
const TASK = 'scaffolder-task';
export const CREATE_TASK: Permission = { name: 'scaffolder.task.create', action: 'create' };
export const READ_TASK: Permission = { name: 'scaffolder.task.read', action: 'read', resourceType: TASK };
export const CANCEL_TASK: Permission = { name: 'scaffolder.task.cancel', resourceType: TASK };
export const DRY_RUN: Permission = { name: 'scaffolder.template.dry-run' };
