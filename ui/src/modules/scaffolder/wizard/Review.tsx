// Everything that was filled in, before it is sent: by page, in the words of the form, with secrets covered.

import { createSchemaUtils, type RJSFSchema } from '@rjsf/utils';
import { Fragment } from 'react';
import type { Json } from '@/api/scaffolder';
import { Button } from '@/components/Button';
import { Card } from '@/components/Card';
import { EntityLink } from '@/modules/entity/EntityLink';
import { parseRef } from '@/modules/entity/ref';
import type { PreparedStep } from '../form/toForm';
import { validator } from '../form/validator';
import { isRecord } from '../form/walk';
import styles from './Wizard.module.css';

const REFERENCES = new Set([
  'EntityPicker',
  'OwnerPicker',
  'OwnedEntityPicker',
  'MultiEntityPicker',
  'MyGroupsPicker',
]);

export type ReviewRow = {
  key: string;
  label: string;
  value: unknown;
  masked?: string;
  field?: string;
  ui: Json;
};

function reviewOf(ui: Json): Json {
  const backstage = isRecord(ui['ui:backstage']) ? ui['ui:backstage'] : {};
  const options = isRecord(ui['ui:options']) ? ui['ui:options'] : {};
  const nested = isRecord(options.backstage) ? options.backstage : {};
  const review = isRecord(backstage.review) ? backstage.review : isRecord(nested.review) ? nested.review : {};
  return review;
}

function labelOf(value: unknown, schema: Json, ui: Json): unknown {
  const choices = Array.isArray(schema.enum) ? schema.enum : undefined;
  const names = ui['ui:enumNames'];
  if (choices && Array.isArray(names)) {
    const name = names[choices.indexOf(value)];
    if (typeof name === 'string') return name;
  }
  const alternatives = Array.isArray(schema.oneOf) ? schema.oneOf : [];
  const alternative = alternatives.find((each) => isRecord(each) && 'const' in each && each.const === value);
  return isRecord(alternative) && typeof alternative.title === 'string' ? alternative.title : value;
}

/** The rows of one page: only what its schema asks for with these values. */
export function reviewRows(schema: RJSFSchema, uiSchema: Json, values: Json, prefix = ''): ReviewRow[] {
  const utils = createSchemaUtils(validator as never, schema);
  const resolved = utils.retrieveSchema(schema, values as never) as Json;
  const properties = isRecord(resolved.properties) ? resolved.properties : {};
  return Object.entries(properties).flatMap(([name, property]): ReviewRow[] => {
    const value = values[name];
    if (!isRecord(property) || value === undefined) return [];
    const ui = isRecord(uiSchema[name]) ? uiSchema[name] : {};
    const review = reviewOf(ui);
    if (review.show === false) return [];
    const title = typeof review.name === 'string' ? review.name : (ui['ui:title'] ?? property.title ?? name);
    const label = prefix ? `${prefix} · ${String(title)}` : String(title);
    const secret =
      ui['ui:field'] === 'Secret' ||
      ui['ui:widget'] === 'password' ||
      (isRecord(ui['ui:options']) && ui['ui:options'].widget === 'password');
    const masked = secret ? '••••••' : typeof review.mask === 'string' ? review.mask : undefined;
    if (
      masked === undefined &&
      isRecord(value) &&
      review.explode !== false &&
      isRecord(property.properties)
    ) {
      return reviewRows(property as RJSFSchema, ui, value, label);
    }
    return [
      {
        key: `${prefix}.${name}`,
        label,
        value: labelOf(value, property, ui),
        ...(masked === undefined ? {} : { masked }),
        ...(typeof ui['ui:field'] === 'string' ? { field: ui['ui:field'] } : {}),
        ui,
      },
    ];
  });
}

export default function Review({
  steps,
  values,
  onEdit,
}: {
  steps: PreparedStep[];
  values: Json;
  onEdit: (index: number) => void;
}) {
  return (
    <div className={styles.review}>
      {steps.map((step, index) => {
        const rows = reviewRows(step.schema, step.uiSchema as Json, values);
        return (
          <Card
            // biome-ignore lint/suspicious/noArrayIndexKey: pages may have the same title and never move
            key={index}
            title={step.title}
            actions={
              <Button small weight="quiet" aria-label={`Change ${step.title}`} onClick={() => onEdit(index)}>
                Change
              </Button>
            }
          >
            {rows.length === 0 ? (
              <p className="quiet">Nothing filled in</p>
            ) : (
              <dl className={styles.rows}>
                {rows.map((row) => (
                  <Fragment key={row.key}>
                    <dt>{row.label}</dt>
                    <dd>
                      <Value row={row} />
                    </dd>
                  </Fragment>
                ))}
              </dl>
            )}
          </Card>
        );
      })}
    </div>
  );
}

function Value({ row }: { row: ReviewRow }) {
  if (row.masked !== undefined) return row.masked;
  const { value } = row;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (row.field && REFERENCES.has(row.field)) {
    const refs = (Array.isArray(value) ? value : [value]).map(String);
    return (
      <span className={styles.refs}>
        {refs.map((ref) =>
          parseRef(ref) ? <EntityLink key={ref} target={ref} /> : <span key={ref}>{ref}</span>,
        )}
      </span>
    );
  }
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.join(', ');
  if (typeof value === 'object') return <pre className={styles.json}>{JSON.stringify(value, null, 2)}</pre>;
  return <span className={styles.plain}>{String(value)}</span>;
}
