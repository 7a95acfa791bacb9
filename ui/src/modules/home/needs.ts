// What somebody has to do something about: problems of what they own.

import type { Entity, UnprocessedEntity } from '@/api/catalog';
import { displayName, ownerOf, problemsOf } from '@/modules/entity/entity';
import { formatRef, refText } from '@/modules/entity/ref';

export type Need = { ref: string; title: string; reason: string };

type Raw = Parameters<typeof ownerOf>[0];

/** `owned` are entities of theirs; `failed` are everybody's files that never became entities. */
export function needsOf(owned: Entity[], failed: UnprocessedEntity[], owners: readonly string[]): Need[] {
  const mine = new Set(owners.map((owner) => owner.toLowerCase()));
  const needs = owned.flatMap((entity): Need[] => {
    const [problem] = problemsOf(entity);
    return problem ? [{ ref: refText(entity), title: displayName(entity), reason: problem.message }] : [];
  });
  const known = new Set(needs.map((need) => need.ref));
  for (const item of failed) {
    const raw = item.unprocessed_entity as Raw;
    const owner = ownerOf(raw);
    const ref = item.entity_ref.toLowerCase();
    if (!owner || !mine.has(formatRef(owner)) || known.has(ref)) continue;
    needs.push({ ref, title: displayName(raw), reason: item.errors?.[0]?.message ?? 'Processing failed' });
  }
  return needs;
}
