// Registering a URL, step by step: find the files, look at what they hold, register them.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Entity } from '@/api/catalog';
import { isStatus } from '@/api/error';
import { analyzeLocation, previewLocation, registerLocation } from '@/api/queries/locations';

export type Preview = {
  target: string;
  exists: boolean;
  entities: Entity[];
  /** Why this file cannot be registered; the others still can. */
  error: unknown;
};

export type Found = { previews: Preview[]; suggestion: Entity | undefined };

/** A path that names a file; anything else is a repository or a folder to look into. */
export function namesFile(url: string): boolean {
  try {
    const { pathname, search } = new URL(url);
    return /\.ya?ml$/i.test(pathname) || /[?&]path=[^&]*\.ya?ml/i.test(search);
  } catch {
    return false;
  }
}

async function preview(target: string): Promise<Preview> {
  try {
    const { exists = false, entities } = await previewLocation(target);
    return { target, exists, entities, error: undefined };
  } catch (error) {
    return { target, exists: isStatus(error, 409), entities: [], error };
  }
}

export async function find(url: string): Promise<Found> {
  if (namesFile(url)) {
    const only = await preview(url);
    if (only.error) throw only.error;
    return { previews: [only], suggestion: undefined };
  }
  const analysis = await analyzeLocation(url);
  const targets = [...new Set(analysis.existingEntityFiles.map((file) => file.location.target))];
  return {
    previews: await Promise.all(targets.map(preview)),
    suggestion:
      targets.length === 0 ? (analysis.generateEntities[0]?.entity as Entity | undefined) : undefined,
  };
}

export type Outcome = { target: string; error: unknown };

export function useRegister() {
  const client = useQueryClient();
  const look = useMutation({ mutationFn: find });
  const register = useMutation({
    mutationFn: async (targets: string[]): Promise<Outcome[]> => {
      const outcomes: Outcome[] = [];
      for (const target of targets) {
        try {
          await registerLocation(target);
          outcomes.push({ target, error: undefined });
        } catch (error) {
          outcomes.push({ target, error });
        }
      }
      return outcomes;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['catalog'] }),
  });
  return { look, register };
}
