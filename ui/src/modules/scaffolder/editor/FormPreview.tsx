// The form of a template as it stands in the editor: every page at once or one by one, with its values.

import { useMemo, useState } from 'react';
import type { FormStep, Json } from '@/api/scaffolder';
import { CodeView } from '@/components/code/CodeView';
import { Empty, Notice } from '@/components/Notice';
import { FIELD_NAMES } from '../form/fields/registry';
import TemplateForm from '../form/TemplateForm';
import { featureFlag, type PreparedStep, preparedSteps } from '../form/toForm';
import { isRecord } from '../form/walk';
import styles from './Editor.module.css';
import { FormBoundary } from './FormBoundary';

/** `spec.parameters` as pages, whichever way it is written. */
export function pagesOf(parameters: unknown): FormStep[] {
  const list = Array.isArray(parameters) ? parameters : parameters === undefined ? [] : [parameters];
  return list.filter(isRecord).map((schema) => ({
    title: typeof schema.title === 'string' ? schema.title : 'Please enter the following information',
    ...(typeof schema.description === 'string' ? { description: schema.description } : {}),
    schema,
  }));
}

type Props = {
  steps: FormStep[];
  values: Json;
  secrets: Record<string, string>;
  onValues: (values: Json) => void;
  setSecret: (name: string, value: string | undefined) => void;
};

/** In a preview nothing takes the focus: it belongs to whoever is writing. */
function withoutFocus(ui: unknown): unknown {
  if (!isRecord(ui)) return ui;
  return Object.fromEntries(
    Object.entries(ui).flatMap(([key, value]) =>
      key === 'ui:autofocus' ? [] : [[key, withoutFocus(value)]],
    ),
  );
}

type Prepared = { pages: PreparedStep[]; failed?: undefined } | { pages: PreparedStep[]; failed: string };

export function FormPreview({ steps, values, secrets, onValues, setSecret }: Props) {
  const [page, setPage] = useState(0);
  const { pages, failed } = useMemo((): Prepared => {
    try {
      const prepared = preparedSteps(steps, { fields: FIELD_NAMES, flag: featureFlag });
      return {
        pages: prepared.map((each) => ({
          ...each,
          uiSchema: withoutFocus(each.uiSchema) as PreparedStep['uiSchema'],
        })),
      };
    } catch (error) {
      return { pages: [], failed: error instanceof Error ? error.message : String(error) };
    }
  }, [steps]);
  if (failed !== undefined) {
    return (
      <Notice level="error" title="The parameters can't be drawn as a form">
        {failed}
      </Notice>
    );
  }
  const current = pages[Math.min(page, pages.length - 1)];
  if (!current)
    return <Empty title="No parameters">What stands under spec.parameters shows here as a form.</Empty>;
  return (
    <div className={styles.preview}>
      {pages.length > 1 ? (
        <label className={styles.pagePick}>
          Page
          <select value={pages.indexOf(current)} onChange={({ target }) => setPage(Number(target.value))}>
            {pages.map((each, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: pages may have the same title
              <option key={index} value={index}>
                {`${index + 1}. ${each.title}`}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <h2 className={styles.pageTitle}>{current.title}</h2>
      {current.description ? <p className="quiet">{current.description}</p> : null}
      <FormBoundary key={JSON.stringify(current)}>
        <TemplateForm
          step={current}
          values={values}
          secrets={secrets}
          setSecret={setSecret}
          onChange={onValues}
          live
        />
      </FormBoundary>
      <CodeView text={JSON.stringify(values, null, 2)} label="Values" />
    </div>
  );
}
