// What a role allows and denies, plugin by plugin: a row for each thing, a cell for each action.

import { useState } from 'react';
import type { Effect } from '@/api/queries/rbac';
import { Card } from '@/components/Card';
import { SearchField } from '@/components/SearchField';
import type { DraftCondition } from './draft';
import { ACTIONS, type Effects, keyOf, type Row, type Section } from './matrix';
import styles from './Rbac.module.css';

type Props = {
  sections: Section[];
  effects: Effects;
  /** What was stored, so that changes can be seen. */
  before: Effects;
  conditions: DraftCondition[];
  readOnly: boolean;
  onChange: (effects: Effects) => void;
};

export function PermissionMatrix({ sections, effects, before, conditions, readOnly, onChange }: Props) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = sections
    .map((section) => ({
      ...section,
      rows: section.rows.filter(({ object }) =>
        `${section.pluginId} ${object}`.toLowerCase().includes(wanted),
      ),
    }))
    .filter(({ rows }) => rows.length > 0);
  const set = (key: string, effect: Effect | undefined) => {
    const next = { ...effects };
    if (effect) next[key] = effect;
    else delete next[key];
    onChange(next);
  };
  return (
    <Card
      title="Permissions"
      count={Object.keys(effects).length}
      flush
      actions={
        <div className={styles.matrixFind}>
          <SearchField label="Filter permissions" value={text} onChange={setText} />
        </div>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className={styles.scroll} tabIndex={0} aria-label="Permissions by plugin">
        <table className={styles.matrix}>
          <thead>
            <tr>
              <th scope="col">Permission</th>
              {ACTIONS.map((action) => (
                <th key={action} scope="col">
                  {action.charAt(0).toUpperCase() + action.slice(1)}
                </th>
              ))}
            </tr>
          </thead>
          {shown.map((section) => (
            <tbody key={section.pluginId}>
              <tr>
                <th scope="rowgroup" colSpan={ACTIONS.length + 1} className={styles.plugin}>
                  {section.pluginId || 'Not known to this server'}
                </th>
              </tr>
              {section.rows.map((row) => (
                <MatrixRow
                  key={`${row.kind} ${row.object}`}
                  row={row}
                  effects={effects}
                  before={before}
                  conditions={conditions}
                  readOnly={readOnly}
                  onSet={set}
                />
              ))}
            </tbody>
          ))}
        </table>
        {shown.length === 0 ? <p className={styles.none}>{`No permission holds "${text}".`}</p> : null}
      </section>
      <p className={styles.legend}>
        A named permission goes before its resource type. What no role of a user says anything about is
        denied, and a deny of any role wins.
      </p>
    </Card>
  );
}

function MatrixRow({
  row,
  effects,
  before,
  conditions,
  readOnly,
  onSet,
}: {
  row: Row;
  effects: Effects;
  before: Effects;
  conditions: DraftCondition[];
  readOnly: boolean;
  onSet: (key: string, effect: Effect | undefined) => void;
}) {
  const about =
    row.kind === 'type' ? 'all of this type' : row.kind === 'under' ? `one of ${row.resourceType}` : '';
  return (
    <tr className={row.kind === 'under' ? styles.under : undefined}>
      <th scope="row" title={about}>
        <span className="mono">{row.object}</span>
        {row.kind === 'type' ? <span className="quiet"> all</span> : null}
      </th>
      {ACTIONS.map((action) => {
        if (!row.actions.includes(action)) return <td key={action} aria-hidden />;
        const key = keyOf(row.object, action);
        const conditional = conditions.some(
          (each) =>
            each.resourceType === row.resourceType &&
            each.permissionMapping.some(
              (mapped) => mapped.action === action && (row.kind === 'type' || mapped.name === row.object),
            ),
        );
        return (
          <td key={action} data-action={action}>
            <Cell
              label={`${action} ${row.object}`}
              effect={effects[key]}
              changed={effects[key] !== before[key]}
              inherits={row.kind === 'under'}
              conditional={conditional}
              readOnly={readOnly}
              onSet={(effect) => onSet(key, effect)}
            />
          </td>
        );
      })}
    </tr>
  );
}

function Cell({
  label,
  effect,
  changed,
  inherits,
  conditional,
  readOnly,
  onSet,
}: {
  label: string;
  effect: Effect | undefined;
  changed: boolean;
  inherits: boolean;
  conditional: boolean;
  readOnly: boolean;
  onSet: (effect: Effect | undefined) => void;
}) {
  const nothing = inherits ? 'Inherit' : 'Not set';
  const words = effect === 'allow' ? 'Allow' : effect === 'deny' ? 'Deny' : nothing;
  return (
    <span className={styles.cell}>
      {readOnly ? (
        <span className={`${styles.effect} ${effect ? styles[effect] : styles.unset}`}>{words}</span>
      ) : (
        <select
          aria-label={label}
          className={`${styles.effectSelect} ${effect ? styles[effect] : styles.unset} ${changed ? styles.changed : ''}`}
          value={effect ?? ''}
          onChange={(event) => onSet((event.target.value || undefined) as Effect | undefined)}
        >
          <option value="">{nothing}</option>
          <option value="allow">Allow</option>
          <option value="deny">Deny</option>
        </select>
      )}
      {conditional ? (
        <span className={styles.if} title="A condition below decides first">
          if
        </span>
      ) : null}
    </span>
  );
}
