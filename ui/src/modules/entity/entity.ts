// Reading entities: whatever stands in a catalog file may be missing or of another type than expected.

import type { Entity } from '@/api/catalog';
import { type EntityRef, formatRef, parseRef, refOf } from './ref';

type Part = {
  kind?: string;
  metadata?: Record<string, unknown>;
  spec?: Record<string, unknown>;
  relations?: { type?: unknown; targetRef?: unknown }[];
  status?: { items?: { type?: string; level?: string; message?: string; error?: unknown }[] };
};

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function specText(entity: Part, key: string): string | undefined {
  const value = entity.spec?.[key];
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : text(value);
}

export function metaText(entity: Part, key: string): string | undefined {
  return text(entity.metadata?.[key]);
}

export function annotation(entity: Part, key: string): string | undefined {
  const annotations = entity.metadata?.annotations;
  return typeof annotations === 'object' && annotations !== null
    ? text((annotations as Record<string, unknown>)[key])
    : undefined;
}

/** What people call it: the title, a person's display name, or the name. */
export function displayName(entity: Part): string {
  const profile = entity.spec?.profile;
  const profileName =
    typeof profile === 'object' && profile !== null
      ? text((profile as Record<string, unknown>).displayName)
      : undefined;
  return metaText(entity, 'title') ?? profileName ?? metaText(entity, 'name') ?? '';
}

/** The group or user that `spec.owner` names. */
export function ownerOf(entity: Part): EntityRef | undefined {
  const owner = specText(entity, 'owner');
  return owner ? parseRef(owner, { kind: 'group', namespace: refOf(entity).namespace }) : undefined;
}

/** The system that `spec.system` names. */
export function systemOf(entity: Part): EntityRef | undefined {
  const system = specText(entity, 'system');
  return system ? parseRef(system, { kind: 'system', namespace: refOf(entity).namespace }) : undefined;
}

/** The targets of one type of relation, as references. */
export function related(entity: Part, type: string): EntityRef[] {
  return (entity.relations ?? [])
    .filter((relation) => relation.type === type)
    .map((relation) => parseRef(String(relation.targetRef ?? '')))
    .filter((ref): ref is EntityRef => ref !== undefined);
}

export function relatedTexts(entity: Part, type: string): string[] {
  return related(entity, type).map(formatRef);
}

/** What the pipeline found wrong. */
export function problemsOf(entity: Part): { level: string; message: string; error: unknown }[] {
  return (entity.status?.items ?? [])
    .filter((item) => item.level === 'error' || item.level === 'warning')
    .map((item) => ({ level: item.level ?? 'error', message: item.message ?? '', error: item.error }));
}

export type EntityLink = NonNullable<Entity['metadata']['links']>[number];
