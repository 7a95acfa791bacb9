// Writing templates: open files, edit them, see the form, run it dry.

import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useBlocker } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect } from 'react';
import { stringify } from 'yaml';
import type { Entity } from '@/api/catalog';
import { messageOf } from '@/api/error';
import { entityByName } from '@/api/queries/entities';
import { useTitle } from '@/app/useTitle';
import { Skeleton } from '@/components/Skeleton';
import { toast } from '@/components/toasts';
import { displayName } from '@/modules/entity/entity';
import { parseRef } from '@/modules/entity/ref';
import { OpenProject } from '@/modules/scaffolder/editor/OpenProject';
import type { Project } from '@/modules/scaffolder/editor/project';
import { useProject } from '@/modules/scaffolder/editor/useProject';

const Workbench = lazy(() => import('@/modules/scaffolder/editor/Workbench'));

const route = getRouteApi('/create/edit');

/** The entity as its author may have written it; what the catalog added is left out. */
export function projectOfEntity(entity: Entity): Project {
  const { uid: _uid, etag: _etag, annotations, ...metadata } = entity.metadata as Record<string, unknown>;
  const own = Object.entries((annotations as Record<string, unknown> | undefined) ?? {}).filter(
    ([key]) => !key.startsWith('backstage.io/'),
  );
  const text = stringify({
    apiVersion: entity.apiVersion,
    kind: entity.kind,
    metadata: { ...metadata, ...(own.length > 0 ? { annotations: Object.fromEntries(own) } : {}) },
    spec: entity.spec,
  });
  return {
    name: displayName(entity),
    files: [{ path: 'template.yaml', text, bytes: undefined, saved: text }],
  };
}

export function EditorPage() {
  const { template } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const state = useProject();
  useTitle('Template editor');
  useBlocker({
    shouldBlockFn: () => !window.confirm('Some files are not saved. Leave them?'),
    disabled: !state.dirty,
    enableBeforeUnload: false,
  });
  const { start } = state;
  const openTemplate = useCallback(
    async (text: string) => {
      const ref = parseRef(text, { kind: 'template' });
      if (!ref) return;
      try {
        start(
          projectOfEntity(
            (await client.fetchQuery(entityByName(ref.kind, ref.namespace, ref.name))) as Entity,
          ),
        );
      } catch (error) {
        toast.error('The template was not opened', messageOf(error));
      }
    },
    [client, start],
  );
  const opened = state.project !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the address names is opened once
  useEffect(() => {
    if (template && !opened) void openTemplate(template);
  }, [template]);
  if (!state.project) {
    return (
      <OpenProject
        onOpen={state.start}
        onTemplate={(ref) => {
          void navigate({ search: { template: ref } });
        }}
      />
    );
  }
  return (
    <Suspense fallback={<Skeleton height={400} />}>
      <Workbench
        state={state}
        project={state.project}
        onClose={() => {
          if (state.dirty && !window.confirm('Some files are not saved. Close them?')) return;
          state.start(undefined);
          void navigate({ search: {}, ignoreBlocker: true });
        }}
      />
    </Suspense>
  );
}
