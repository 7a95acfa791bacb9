// What expressions in templates can use here beyond the language itself: filters, functions and values.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { extensions } from '@/api/queries/scaffolder';
import type { Extension } from '@/api/scaffolder';
import { useTitle } from '@/app/useTitle';
import { CodeView } from '@/components/code/CodeView';
import { Empty, ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import styles from '@/modules/scaffolder/reference/Reference.module.css';
import { ReferencePage } from '@/modules/scaffolder/reference/ReferencePage';
import { SchemaTable } from '@/modules/scaffolder/reference/SchemaTable';

const Markdown = lazy(() => import('@/components/Markdown'));

const route = getRouteApi('/create/templating-extensions');

type Item = {
  id: string;
  name: string;
  kind: 'filter' | 'function' | 'value';
  extension: Extension;
  value?: unknown;
};

export function ExtensionsPage() {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, isPending, refetch } = useQuery(extensions());
  useTitle('Filters and functions');
  const items: Item[] = data
    ? [
        ...Object.entries(data.filters).map(
          ([name, extension]): Item => ({ id: `filter-${name}`, name, kind: 'filter', extension }),
        ),
        ...Object.entries(data.globals.functions).map(
          ([name, extension]): Item => ({ id: `function-${name}`, name, kind: 'function', extension }),
        ),
        ...Object.entries(data.globals.values).map(
          ([name, { description, value }]): Item => ({
            id: `value-${name}`,
            name,
            kind: 'value',
            extension: description ? { description } : {},
            value,
          }),
        ),
      ]
    : [];
  const wanted = q?.toLowerCase();
  const shown = items.filter(
    ({ name, extension }) =>
      !wanted || `${name} ${extension.description ?? ''}`.toLowerCase().includes(wanted),
  );
  return (
    <ReferencePage
      title="Filters and functions"
      to="/create/templating-extensions"
      entries={shown.map(({ id, name }) => ({ id, label: name }))}
      q={q}
      onSearch={(text) => void navigate({ search: { q: text }, replace: true })}
    >
      {error ? (
        <ErrorNotice title="They could not be read" error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton height={320} />
      ) : shown.length === 0 ? (
        <Empty title={q ? `Nothing has "${q}" in its name or description` : 'This server adds none'} />
      ) : (
        shown.map((item) => <Part key={item.id} item={item} />)
      )}
    </ReferencePage>
  );
}

function Part({ item }: { item: Item }) {
  const { extension } = item;
  const inputs = extension.schema?.arguments ?? [];
  return (
    <section id={item.id} className={styles.part} aria-label={item.name}>
      <div className={styles.partHead}>
        <h2>
          <Link to="/create/templating-extensions" hash={item.id}>
            {item.name}
          </Link>
        </h2>
        <span className={styles.kind}>{item.kind}</span>
      </div>
      {extension.description ? <p>{extension.description}</p> : null}
      {item.kind === 'value' ? <CodeView text={JSON.stringify(item.value, null, 2)} label="Value" /> : null}
      <SchemaTable title="Takes" schema={extension.schema?.input} />
      {inputs.map((schema, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: arguments are known by their place
        <SchemaTable key={index} title={`Argument ${index + 1}`} schema={schema} />
      ))}
      <SchemaTable title="Gives" schema={extension.schema?.output} />
      {extension.examples?.map((example, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: examples have no other name and never move
        <div key={index} className={styles.example}>
          <CodeView
            text={example.example}
            label={`${item.name}: ${example.description ?? `example ${index + 1}`}`}
          />
          {example.notes ? (
            <Suspense fallback={<Skeleton height={40} />}>
              <Markdown text={example.notes} />
            </Suspense>
          ) : null}
        </div>
      ))}
    </section>
  );
}
