// Text as it is, with line numbers. Long texts are drawn in chunks, so that only those in sight cost anything.

import type { ReactNode } from 'react';
import { CopyButton } from '@/components/CopyButton';
import styles from './CodeView.module.css';

const CHUNK = 200;
const LINE_HEIGHT = 20;

function chunks(lines: string[]): string[][] {
  const parts: string[][] = [];
  for (let start = 0; start < lines.length; start += CHUNK) parts.push(lines.slice(start, start + CHUNK));
  return parts;
}

export function CodeView({ text, label, actions }: { text: string; label: string; actions?: ReactNode }) {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    <div className={styles.view}>
      <div className={styles.bar}>
        <span>{label}</span>
        <span className="tabular">
          {lines.length === 1 ? '1 line' : `${lines.length.toLocaleString('en')} lines`}
        </span>
        <div className={styles.actions}>
          {actions}
          <CopyButton value={text} label="Copy" />
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className={styles.code} tabIndex={0} aria-label={label}>
        {chunks(lines).map((part, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: chunks have no other name and never move
            key={index}
            className={styles.chunk}
            style={{ containIntrinsicSize: `auto ${part.length * LINE_HEIGHT}px` }}
          >
            {part.map((line, row) => {
              const number = index * CHUNK + row + 1;
              return (
                <span key={number} className={styles.line}>
                  <span className={styles.number} aria-hidden>
                    {number}
                  </span>
                  <code>{line || ' '}</code>
                </span>
              );
            })}
          </div>
        ))}
      </section>
    </div>
  );
}
