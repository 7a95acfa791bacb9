// Two texts, what is out and what is in.

import { Fragment } from 'react';
import styles from './DiffView.module.css';
import { type DiffLine, hunks } from './lineDiff';

const SIGNS = { add: '+', del: '−', same: ' ' };

export function DiffView({ lines, label }: { lines: DiffLine[]; label: string }) {
  const parts = hunks(lines);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={styles.view} aria-label={label} tabIndex={0}>
      <div className={styles.table}>
        {parts.map((hunk) => (
          <Fragment key={`${hunk.lines[0]?.before}-${hunk.lines[0]?.after}`}>
            {hunk.skipped > 0 ? <div className={styles.skip}>{`${hunk.skipped} unchanged lines`}</div> : null}
            {hunk.lines.map((line) => (
              <div
                key={`${line.type}-${line.before}-${line.after}`}
                className={`${styles.line} ${line.type === 'same' ? '' : styles[line.type]}`}
              >
                <span className={styles.number}>{line.before}</span>
                <span className={styles.number}>{line.after}</span>
                <span className={styles.sign}>{SIGNS[line.type]}</span>
                <span>{line.text}</span>
              </div>
            ))}
          </Fragment>
        ))}
      </div>
    </section>
  );
}
