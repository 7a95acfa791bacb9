// A schema as a table.

import type { Schema } from '@/api/scaffolder';
import styles from './Reference.module.css';
import { schemaRows, typeText } from './schemaRows';

export function SchemaTable({ title, schema }: { title: string; schema: Schema | undefined }) {
  const rows = schemaRows(schema);
  if (rows.length === 0) {
    const plain =
      schema && Object.keys(schema).some((key) => key !== '$schema') ? typeText(schema) : undefined;
    if (!plain || plain === 'object' || plain === 'any') return null;
    return (
      <div>
        <h3>{title}</h3>
        <p className={styles.plain}>
          <span className="mono">{plain}</span>
          {typeof schema?.description === 'string' ? ` — ${schema.description}` : ''}
        </p>
      </div>
    );
  }
  return (
    <div className={styles.schema}>
      <h3>{title}</h3>
      <div
        className={styles.scroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        <table className={styles.table} aria-label={title}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">What it is</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.path}>
                <td className="mono" style={{ paddingLeft: 12 + row.depth * 16 }} title={row.path}>
                  {row.name}
                  {row.required ? (
                    <>
                      <span className={styles.required} aria-hidden>
                        *
                      </span>
                      <span className="visually-hidden"> (needed)</span>
                    </>
                  ) : null}
                </td>
                <td className="mono">{row.type}</td>
                <td>
                  {row.description}
                  {row.default === undefined ? null : (
                    <span className="quiet">
                      {row.description ? ' ' : ''}
                      default <span className="mono">{row.default}</span>
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
