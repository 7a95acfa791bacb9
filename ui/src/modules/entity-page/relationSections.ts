// Which relations an entity page shows, in which order, under which words.

import { related } from '@/modules/entity/entity';
import { formatRef } from '@/modules/entity/ref';

type Part = Parameters<typeof related>[0] & { kind?: string };

export type Section = { type: string; title: string; refs: string[] };

const TITLES: [type: string, title: string][] = [
  ['hasPart', 'Parts'],
  ['providesApi', 'Provides APIs'],
  ['consumesApi', 'Consumes APIs'],
  ['dependsOn', 'Depends on'],
  ['dependencyOf', 'Needed by'],
  ['apiProvidedBy', 'Provided by'],
  ['apiConsumedBy', 'Consumed by'],
  ['parentOf', 'Child groups'],
  ['hasMember', 'Members'],
  ['memberOf', 'Member of'],
];

/** Relations that the header, the rail and the ownership counts show already. */
const ELSEWHERE = new Set(['ownedBy', 'partOf', 'ownerOf', 'childOf']);

/** A relation type of the company's own, in words: `deployedTo` becomes "Deployed to". */
function inWords(type: string): string {
  const words = type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function relationSections(entity: Part): Section[] {
  const types = [...new Set((entity.relations ?? []).map((relation) => String(relation.type ?? '')))];
  const order = (type: string) => {
    const index = TITLES.findIndex(([each]) => each === type);
    return index < 0 ? TITLES.length : index;
  };
  return types
    .filter((type) => !ELSEWHERE.has(type))
    .sort((a, b) => order(a) - order(b) || a.localeCompare(b))
    .map((type) => ({
      type,
      title: TITLES.find(([each]) => each === type)?.[1] ?? inWords(type),
      refs: [...new Set(related(entity, type).map(formatRef))],
    }))
    .filter((section) => section.refs.length > 0);
}
