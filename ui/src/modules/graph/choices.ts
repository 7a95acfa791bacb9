// What can be chosen for the graph, and what it starts with.

export type Choice = { id: string; label: string };

export const RELATION_CHOICES: Choice[] = [
  { id: 'dependsOn', label: 'Depends on' },
  { id: 'providesApi', label: 'Provides API' },
  { id: 'consumesApi', label: 'Consumes API' },
  { id: 'partOf', label: 'Part of' },
  { id: 'ownedBy', label: 'Owned by' },
  { id: 'memberOf', label: 'Member of' },
  { id: 'childOf', label: 'Child of' },
];

export const KIND_CHOICES: Choice[] = [
  { id: 'component', label: 'Components' },
  { id: 'api', label: 'APIs' },
  { id: 'resource', label: 'Resources' },
  { id: 'system', label: 'Systems' },
  { id: 'domain', label: 'Domains' },
  { id: 'group', label: 'Groups' },
  { id: 'user', label: 'Users' },
];

/** People and groups start with who belongs where; everything else with what works with what. */
export function relationsFor(root: string): string[] {
  return /^(group|user):/.test(root)
    ? ['memberOf', 'childOf', 'ownedBy']
    : ['dependsOn', 'providesApi', 'consumesApi', 'partOf'];
}

/** A relation in words. */
export function relationLabel(type: string): string {
  const label = RELATION_CHOICES.find((choice) => choice.id === type)?.label ?? type;
  return label.charAt(0).toLowerCase() + label.slice(1);
}
