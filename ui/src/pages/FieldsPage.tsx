// Every field of a form, to try out: its options, how it looks, and what comes out of it.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { parse } from 'yaml';
import { actions } from '@/api/queries/scaffolder';
import type { FormStep, Json } from '@/api/scaffolder';
import { useTitle } from '@/app/useTitle';
import { CopyButton } from '@/components/CopyButton';
import { Notice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { templateCompletion } from '@/modules/scaffolder/editor/complete';
import styles from '@/modules/scaffolder/explorer/Explorer.module.css';
import { FIELD_DOCS, WIDGET_EXAMPLES } from '@/modules/scaffolder/explorer/fieldDocs';
import { isRecord } from '@/modules/scaffolder/form/walk';
import reference from '@/modules/scaffolder/reference/Reference.module.css';

const CodeEditor = lazy(() => import('@/components/code/CodeEditor'));
const FormPreview = lazy(() =>
  import('@/modules/scaffolder/editor/FormPreview').then((module) => ({ default: module.FormPreview })),
);

const route = getRouteApi('/create/fields');

const ALL = [
  ...FIELD_DOCS,
  ...WIDGET_EXAMPLES.map(({ name, example }) => ({
    name,
    example,
    about: 'A plain box, which needs no field',
    options: [],
  })),
];

export function FieldsPage() {
  const { field } = route.useSearch();
  const current = ALL.find(({ name }) => name === field) ?? ALL[0];
  useTitle('Fields');
  if (!current) return null;
  return (
    <div className={reference.layout}>
      <aside className={reference.index} aria-label="All fields">
        <h1>Fields</h1>
        <nav aria-label="Fields">
          {ALL.map(({ name }) => (
            <Link
              key={name}
              to="/create/fields"
              search={{ field: name }}
              className={`${reference.entry} ${name === current.name ? reference.entryOn : ''}`}
              aria-current={name === current.name ? 'page' : undefined}
            >
              {name}
            </Link>
          ))}
        </nav>
      </aside>
      <Explorer key={current.name} {...current} />
    </div>
  );
}

type Read = { steps: FormStep[]; error?: string };

function read(text: string): Read {
  try {
    const schema: unknown = parse(text, { maxAliasCount: 100 });
    if (!isRecord(schema)) return { steps: [], error: 'A field is written as keys and values' };
    return { steps: [{ title: 'Preview', schema: { properties: { value: schema } } }] };
  } catch (error) {
    return { steps: [], error: error instanceof Error ? error.message : String(error) };
  }
}

function Explorer({ name, about, options, example }: (typeof ALL)[number]) {
  const [text, setText] = useState(example);
  const [values, setValues] = useState<Json>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const { data } = useQuery({ ...actions(), enabled: false });
  const complete = useMemo(() => templateCompletion(() => data ?? []), [data]);
  const { steps, error } = useMemo(() => read(text), [text]);
  return (
    <div className={reference.content}>
      <section className={styles.explorer} aria-label={name}>
        <h2 className={styles.name}>{name}</h2>
        <p>{about}.</p>
        <div className={styles.sides}>
          <div className={styles.side}>
            <div className={styles.sideHead}>
              <h3>The property in the template</h3>
              <CopyButton iconOnly label="Copy the property" value={text} />
            </div>
            <div className={styles.code}>
              <Suspense fallback={<Skeleton height={220} />}>
                <CodeEditor
                  label="Property of the template"
                  language="yaml"
                  value={text}
                  onChange={setText}
                  complete={complete}
                />
              </Suspense>
            </div>
          </div>
          <div className={styles.side}>
            <div className={styles.sideHead}>
              <h3>Preview</h3>
            </div>
            {error ? (
              <Notice level="error" title="This can't be read">
                {error}
              </Notice>
            ) : (
              <Suspense fallback={<Skeleton height={160} />}>
                <FormPreview
                  steps={steps}
                  values={values}
                  secrets={secrets}
                  onValues={setValues}
                  setSecret={(key, value) =>
                    setSecrets(({ [key]: _, ...others }) =>
                      value === undefined ? others : { ...others, [key]: value },
                    )
                  }
                />
              </Suspense>
            )}
            {Object.keys(secrets).length > 0 ? (
              <p className="quiet">{`Secrets: ${Object.keys(secrets).join(', ')}`}</p>
            ) : null}
          </div>
        </div>
        {options.length > 0 ? (
          <div
            className={reference.scroll}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            tabIndex={0}
          >
            <table className={reference.table} aria-label="Options">
              <thead>
                <tr>
                  <th scope="col">ui:options</th>
                  <th scope="col">What it is</th>
                </tr>
              </thead>
              <tbody>
                {options.map((option) => (
                  <tr key={option.name}>
                    <td className="mono">{option.name}</td>
                    <td className={styles.about}>{option.about}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : null}
      </section>
    </div>
  );
}
