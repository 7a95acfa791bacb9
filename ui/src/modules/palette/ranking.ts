// Which of the entities that hold the text comes first.

import type { Entity } from '@/api/catalog';
import { displayName } from '@/modules/entity/entity';
import { compareKinds } from '@/modules/entity/kinds';

/** Smaller is better: the whole name, its start, the start of a word, anywhere in the name, elsewhere. */
export function rank(entity: Entity, text: string): number {
  const wanted = text.trim().toLowerCase();
  const names = [entity.metadata.name, displayName(entity)].map((name) => name.toLowerCase());
  if (names.includes(wanted)) return 0;
  if (names.some((name) => name.startsWith(wanted))) return 1;
  if (names.some((name) => new RegExp(`[\\s._-]${escapeRegExp(wanted)}`).test(name))) return 2;
  if (names.some((name) => name.includes(wanted))) return 3;
  return 4;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export function ranked(entities: Entity[], text: string): Entity[] {
  return [...entities].sort(
    (a, b) =>
      rank(a, text) - rank(b, text) ||
      compareKinds(a.kind, b.kind) ||
      a.metadata.name.length - b.metadata.name.length ||
      a.metadata.name.localeCompare(b.metadata.name),
  );
}
