// What a template asks for, what it does with that, and what it was used for last.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Entity } from '@/api/catalog';
import { tasks } from '@/api/queries/scaffolder';
import type { Json } from '@/api/scaffolder';
import { Card } from '@/components/Card';
import { formatRef, refText } from '@/modules/entity/ref';
import { eachProperty, isRecord } from '../form/walk';
import { templateOf } from '../taskFacts';
import { TaskTable } from '../tasks/TaskTable';
import styles from './TemplateOverview.module.css';

const SHOWN = 5;
/** The list of tasks cannot be asked for one template; its newest are among the newest of all. */
const LOOKED_AT = 100;

type Parameter = {
  page: string;
  name: string;
  title: string;
  type: string;
  field: string | undefined;
  required: boolean;
};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The values that a template asks for, in the order of its pages. */
export function parametersOf(spec: Json): Parameter[] {
  const pages = (Array.isArray(spec.parameters) ? spec.parameters : [spec.parameters]).filter(isRecord);
  return pages.flatMap((page) => {
    const found = new Map<string, Parameter>();
    const required = Array.isArray(page.required) ? page.required : [];
    eachProperty(page, (path, schema) => {
      const name = path.join('.');
      if (path.includes('*') || found.has(name)) return;
      found.set(name, {
        page: text(page.title) ?? '',
        name,
        title: text(schema.title) ?? name,
        type: Array.isArray(schema.enum) ? 'choice' : (text(schema.type) ?? ''),
        field: text(schema['ui:field']),
        required: path.length === 1 && required.includes(name),
      });
    });
    return [...found.values()];
  });
}

type Step = { id: string; name: string; action: string; condition: string | undefined; each: boolean };

export function stepsOf(spec: Json): Step[] {
  const steps = Array.isArray(spec.steps) ? spec.steps.filter(isRecord) : [];
  return steps.map((step, index) => ({
    id: text(step.id) ?? `step-${index + 1}`,
    name: text(step.name) ?? text(step.id) ?? text(step.action) ?? '',
    action: text(step.action) ?? '',
    condition: typeof step.if === 'boolean' ? String(step.if) : text(step.if),
    each: step.each !== undefined,
  }));
}

export default function TemplateOverview({ entity }: { entity: Entity }) {
  const spec = isRecord(entity.spec) ? entity.spec : {};
  const parameters = parametersOf(spec);
  const steps = stepsOf(spec);
  return (
    <>
      {parameters.length > 0 ? (
        <Card title="Asks for" count={parameters.length} flush>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Value</th>
                <th scope="col">Type</th>
                <th scope="col" className={styles.wide}>
                  Page
                </th>
              </tr>
            </thead>
            <tbody>
              {parameters.map((parameter) => (
                <tr key={`${parameter.page} ${parameter.name}`}>
                  <td>
                    {parameter.title}
                    {parameter.required ? <span className="quiet"> (needed)</span> : null}
                  </td>
                  <td className="mono">{parameter.field ?? parameter.type}</td>
                  <td className={styles.wide}>{parameter.page}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
      ) : null}
      {steps.length > 0 ? (
        <Card title="Does" count={steps.length} flush>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Step</th>
                <th scope="col">Action</th>
                <th scope="col" className={styles.wide}>
                  When
                </th>
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <tr key={step.id}>
                  <td>{step.name}</td>
                  <td>
                    <Link to="/create/actions" hash={step.action} className="mono">
                      {step.action}
                    </Link>
                  </td>
                  <td className={`${styles.wide} mono`} title={step.condition}>
                    {[step.condition, step.each ? 'for each value' : undefined].filter(Boolean).join(', ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
      ) : null}
      <RecentTasks template={refText(entity)} />
    </>
  );
}

function RecentTasks({ template }: { template: string }) {
  const { data } = useQuery({ ...tasks({ limit: LOOKED_AT }), retry: false });
  const mine = (data?.tasks ?? []).filter((task) => {
    const ref = templateOf(task);
    return ref && formatRef(ref) === template;
  });
  if (mine.length === 0) return null;
  return (
    <Card title="Used last" flush>
      <TaskTable tasks={mine.slice(0, SHOWN)} template={false} />
    </Card>
  );
}
