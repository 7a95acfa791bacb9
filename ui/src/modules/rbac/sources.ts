// Where a role comes from, and whether it can be changed here.

import type { Role } from '@/api/queries/rbac';

const WORDS: Record<string, { label: string; where: string }> = {
  rest: { label: 'Portal', where: 'It was made here and can be changed here.' },
  'csv-file': {
    label: 'CSV file',
    where: 'It stands in the file that permission.rbac.policies-csv-file names. Change it there.',
  },
  configuration: {
    label: 'Configuration',
    where: 'It stands in the configuration of the server, under permission.rbac. Change it there.',
  },
  legacy: {
    label: 'Older version',
    where: 'It was made by an older version and has no source that could change it.',
  },
};

/** A source in a word or two. */
export function sourceLabel(id: string): string {
  return WORDS[id]?.label ?? id;
}

export function sourceOf(role: Role): { id: string; label: string; where: string; readOnly: boolean } {
  const id = role.metadata?.source ?? 'rest';
  const known = WORDS[id] ?? {
    label: id,
    where: `It comes from the provider "${id}", which overwrites changes. Change it there.`,
  };
  return { id, ...known, readOnly: id !== 'rest' };
}
