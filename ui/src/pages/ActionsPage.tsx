// What a template's steps can do here: every action with its inputs, outputs and examples.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { actions } from '@/api/queries/scaffolder';
import type { Action } from '@/api/scaffolder';
import { useTitle } from '@/app/useTitle';
import { CopyButton } from '@/components/CopyButton';
import { CodeView } from '@/components/code/CodeView';
import { Empty, ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import styles from '@/modules/scaffolder/reference/Reference.module.css';
import { ReferencePage } from '@/modules/scaffolder/reference/ReferencePage';
import { SchemaTable } from '@/modules/scaffolder/reference/SchemaTable';

const Markdown = lazy(() => import('@/components/Markdown'));

const route = getRouteApi('/create/actions');

function holds(action: Action, text: string): boolean {
  return `${action.id} ${action.description ?? ''}`.toLowerCase().includes(text.toLowerCase());
}

export function ActionsPage() {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, isPending, refetch } = useQuery(actions());
  useTitle('Actions');
  const shown = (data ?? []).filter((action) => !q || holds(action, q));
  return (
    <ReferencePage
      title="Actions"
      to="/create/actions"
      entries={shown.map(({ id }) => ({ id, label: id }))}
      q={q}
      onSearch={(text) => void navigate({ search: { q: text }, replace: true })}
    >
      {error ? (
        <ErrorNotice title="The actions could not be read" error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton height={320} />
      ) : shown.length === 0 ? (
        <Empty title={q ? `No action has "${q}" in its name or description` : 'This server has no actions'} />
      ) : (
        shown.map((action) => <ActionPart key={action.id} action={action} />)
      )}
    </ReferencePage>
  );
}

function ActionPart({ action }: { action: Action }) {
  const examples = action.examples ?? [];
  return (
    <section id={action.id} className={styles.part} aria-label={action.id}>
      <div className={styles.partHead}>
        <h2>
          <Link to="/create/actions" hash={action.id}>
            {action.id}
          </Link>
        </h2>
        <CopyButton iconOnly label={`Copy ${action.id}`} value={action.id} />
      </div>
      {action.description ? (
        <Suspense fallback={<Skeleton height={20} />}>
          <Markdown text={action.description} />
        </Suspense>
      ) : null}
      <SchemaTable title="Input" schema={action.schema?.input} />
      <SchemaTable title="Output" schema={action.schema?.output} />
      {examples.length > 0 ? (
        <details className={styles.examples}>
          <summary>{examples.length === 1 ? '1 example' : `${examples.length} examples`}</summary>
          {examples.map((example, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: examples have no other name and never move
            <div key={index} className={styles.example}>
              <CodeView
                text={example.example}
                label={example.description || `${action.id}, example ${index + 1}`}
              />
            </div>
          ))}
        </details>
      ) : null}
    </section>
  );
}
