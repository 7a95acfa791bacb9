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
