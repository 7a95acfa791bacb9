// A reference with an index on its left: what is looked for, each thing with an address of its own.

import { Link, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useShortcut } from '@/app/shortcuts';
import { SearchField } from '@/components/SearchField';
import styles from './Reference.module.css';

export type Entry = { id: string; label: string };

type To = '/create/actions' | '/create/templating-extensions';

export function ReferencePage({
  title,
  to,
  entries,
  q,
  onSearch,
  children,
}: {
  title: string;
  to: To;
  entries: Entry[];
  q: string | undefined;
  onSearch: (q: string | undefined) => void;
  children: ReactNode;
}) {
  const find = useRef<HTMLInputElement>(null);
  const hash = useLocation({ select: (location) => location.hash });
  useShortcut(title, '/', 'Find in the list', () => find.current?.focus());
  const ready = entries.length > 0;
  const parts = useRef<HTMLDivElement>(null);
  // The part that the address names comes after the address, and what stands above it may still grow. It is kept in
  // sight until one moves by oneself.
  useEffect(() => {
    const inner = parts.current;
    if (!ready || !hash || !inner) return;
    const observer = new ResizeObserver(() => document.getElementById(hash)?.scrollIntoView());
    observer.observe(inner);
    document.getElementById(hash)?.scrollIntoView();
    const stop = () => observer.disconnect();
    const moves = ['wheel', 'touchstart', 'pointerdown', 'keydown'];
    for (const move of moves) window.addEventListener(move, stop, { once: true, passive: true });
    return () => {
      stop();
      for (const move of moves) window.removeEventListener(move, stop);
    };
  }, [ready, hash]);
  return (
    <div className={styles.layout}>
      <aside className={styles.index} aria-label={`All ${title.toLowerCase()}`}>
        <h1>{title}</h1>
        <div className={styles.find}>
          <SearchField
            ref={find}
            label={`Find in ${title.toLowerCase()}`}
            hint="/"
            value={q ?? ''}
            onChange={(text) => onSearch(text || undefined)}
          />
        </div>
        <nav aria-label={title}>
          {entries.map((entry) => (
            <Link
              key={entry.id}
              to={to}
              search={{ q }}
              hash={entry.id}
              className={`${styles.entry} ${entry.id === hash ? styles.entryOn : ''}`}
            >
              {entry.label}
            </Link>
          ))}
        </nav>
      </aside>
      <div className={styles.content}>
        <div ref={parts}>{children}</div>
      </div>
    </div>
  );
}
