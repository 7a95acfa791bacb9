// The parameters of a rule as a form, made from the JSON schema that its plugin publishes.

import { IconX } from '@tabler/icons-react';
import { Fragment, useId, useState } from 'react';
import type { Schema } from '@/api/queries/rbac';
import { IconButton } from '@/components/Button';
import { EntityPicker } from '@/modules/entity/EntityPicker';
import styles from './ConditionTree.module.css';
import { ALIASES } from './condition';

type Params = Record<string, unknown>;

export function RuleParams({
  schema,
  params,
  onChange,
}: {
  schema: Schema | undefined;
  params: Params;
  onChange: (params: Params) => void;
}) {
  const id = useId();
  const properties = Object.entries(schema?.properties ?? {});
  if (properties.length === 0) return null;
  const set = (name: string, value: unknown) => {
    const next = { ...params };
    if (value === undefined || value === '') delete next[name];
    else next[name] = value;
    onChange(next);
  };
  return (
    <div className={styles.params}>
      {properties.map(([name, property]) => {
        const required = schema?.required?.includes(name) === true;
        const type = typeOf(property);
        return (
          <Fragment key={name}>
            {type === 'array' ? (
              <span>{required ? name : `${name} (optional)`}</span>
            ) : (
              <label htmlFor={`${id}-${name}`}>{required ? name : `${name} (optional)`}</label>
            )}
            <div>
              <Field
                id={`${id}-${name}`}
                name={name}
                type={type}
                schema={property}
                value={params[name]}
                onChange={(value) => set(name, value)}
              />
              {property.description ? <div className={styles.about}>{property.description}</div> : null}
            </div>
          </Fragment>
        );
      })}
    </div>
  );
}

/** The one type that matters for a form; a union is taken by its first real part. */
export function typeOf(schema: Schema): string {
  const parts = schema.anyOf?.map(typeOf).filter((type) => type !== 'null');
  if (parts?.[0]) return parts[0];
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== 'null') : schema.type;
  return type ?? 'string';
}

function Field({
  id,
  name,
  type,
  schema,
  value,
  onChange,
}: {
  id: string;
  name: string;
  type: string;
  schema: Schema;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  if (schema.enum) {
    return (
      <select
        id={id}
        className={styles.select}
        value={value === undefined ? '' : String(value)}
        onChange={(event) => onChange(schema.enum?.find((each) => String(each) === event.target.value))}
      >
        <option value="">Any</option>
        {schema.enum.map((each) => (
          <option key={String(each)} value={String(each)}>
            {String(each)}
          </option>
        ))}
      </select>
    );
  }
  if (type === 'array') {
    const values = Array.isArray(value) ? value.map(String) : [];
    return <Values name={name} values={values} onChange={onChange} />;
  }
  if (type === 'boolean') {
    return (
      <select
        id={id}
        className={styles.select}
        value={value === undefined ? '' : String(value)}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value === 'true')}
      >
        <option value="">Any</option>
        <option value="true">Yes</option>
        <option value="false">No</option>
      </select>
    );
  }
  if (type === 'number' || type === 'integer') {
    return (
      <input
        id={id}
        className={styles.input}
        type="number"
        step={type === 'integer' ? 1 : 'any'}
        value={typeof value === 'number' ? value : ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))}
      />
    );
  }
  return (
    <input
      id={id}
      className={styles.input}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** Names of parameters that hold people, where the catalog and the aliases are offered. */
const PEOPLE = new Set(['claims', 'owners', 'createdBy']);

function Values({
  name,
  values,
  onChange,
}: {
  name: string;
  values: string[];
  onChange: (values: string[]) => void;
}) {
  const [text, setText] = useState('');
  const add = (value: string) => {
    const clean = value.trim();
    if (clean && !values.includes(clean)) onChange([...values, clean]);
    setText('');
  };
  return (
    <>
      {values.length > 0 ? (
        <div className={styles.values}>
          {values.map((value) => (
            <span key={value} className={styles.value}>
              {value}
              <IconButton
                small
                label={`Remove ${value}`}
                onClick={() => onChange(values.filter((each) => each !== value))}
              >
                <IconX size={13} aria-hidden />
              </IconButton>
            </span>
          ))}
        </div>
      ) : null}
      {PEOPLE.has(name) ? (
        <EntityPicker
          label={`Add to ${name}`}
          placeholder="Whoever asks, a user or a group"
          kinds={['user', 'group']}
          extra={ALIASES}
          exclude={values}
          onPick={add}
        />
      ) : (
        <input
          className={styles.input}
          aria-label={`Add to ${name}`}
          placeholder="Write a value, then Enter"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => add(text)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add(text);
          }}
        />
      )}
    </>
  );
}
