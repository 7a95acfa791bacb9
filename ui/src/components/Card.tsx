// A titled part of a page. A card with nothing to say is not drawn by whoever would draw it.

import type { ReactNode } from 'react';
import styles from './Card.module.css';

export function Card({
  title,
  count,
  actions,
  flush = false,
  children,
}: {
  title: string;
  count?: number | undefined;
  actions?: ReactNode;
  /** Without padding, for tables. */
  flush?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={styles.card} aria-label={title}>
      <header className={styles.head}>
        <h2>{title}</h2>
        {count === undefined ? null : <span className={styles.count}>{count.toLocaleString('en')}</span>}
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </header>
      <div className={flush ? undefined : styles.body}>{children}</div>
    </section>
  );
}
