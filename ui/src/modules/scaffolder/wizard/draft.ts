// A half-filled form, kept in this browser so that a reload or a closed tab loses nothing. Secrets are never in it.

import type { FormStep, Json } from '@/api/scaffolder';
import { isRecord, withoutSecrets } from '../form/walk';

export type Draft = { values: Json; savedAt: string };

const PREFIX = 'callboard:draft:';
const MOST = 20;
const LARGEST = 200_000;

const keyOf = (user: string, template: string) => `${PREFIX}${user}:${template}`.toLowerCase();

export function readDraft(user: string, template: string): Draft | undefined {
  try {
    const draft: unknown = JSON.parse(localStorage.getItem(keyOf(user, template)) ?? 'null');
    if (!isRecord(draft) || !isRecord(draft.values) || typeof draft.savedAt !== 'string') return undefined;
    return { values: draft.values, savedAt: draft.savedAt };
  } catch {
    return undefined;
  }
}

function saved(): [string, string][] {
  const drafts: [string, string][] = [];
  for (let index = 0; index < localStorage.length; index += 1) {
    const key = localStorage.key(index);
    if (!key?.startsWith(PREFIX)) continue;
    try {
      const draft: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
      drafts.push([key, isRecord(draft) ? String(draft.savedAt) : '']);
    } catch {
      drafts.push([key, '']);
    }
  }
  return drafts.sort((a, b) => a[1].localeCompare(b[1]));
}

export function writeDraft(user: string, template: string, values: Json, steps: FormStep[]): void {
  const kept = withoutSecrets(values, steps);
  const text = JSON.stringify({ values: kept, savedAt: new Date().toISOString() });
  if (text.length > LARGEST) return;
  try {
    localStorage.setItem(keyOf(user, template), text);
    for (const [key] of saved().slice(0, -MOST)) localStorage.removeItem(key);
  } catch {
    // A browser without room for it still fills in forms.
  }
}

export function dropDraft(user: string, template: string): void {
  localStorage.removeItem(keyOf(user, template));
}
