// Which relations an entity page shows, in which order, under which words.

import { related } from '@/modules/entity/entity';
import { formatRef } from '@/modules/entity/ref';

type Part = Parameters<typeof related>[0] & { kind?: string };

export type Section = { type: string; title: string; refs: string[] };

const TITLES: [type: string, title: string][] = [
  ['hasPart', 'Parts'],
  ['providesApi', 'Provides APIs'],
  ['apiProvidedBy', 'Provided by'],
  ['parentOf', 'Child groups'],
  ['hasMember', 'Members'],
  ['memberOf', 'Member of'],
];

/** Relations that the header, the rail, the ownership counts and the dependencies show already. */
const ELSEWHERE = new Set([
  'ownedBy',
  'partOf',
  'ownerOf',
  'childOf',
  'dependsOn',
  'consumesApi',
  'dependencyOf',
  'apiConsumedBy',
]);

const DIRECT = { needs: ['dependsOn', 'consumesApi'], neededBy: ['dependencyOf', 'apiConsumedBy'] };

/** What the entity itself says that it needs, or that needs it. */
export function directly(entity: Part, way: 'needs' | 'neededBy'): string[] {
  return [...new Set(DIRECT[way].flatMap((type) => related(entity, type).map(formatRef)))];
}

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
