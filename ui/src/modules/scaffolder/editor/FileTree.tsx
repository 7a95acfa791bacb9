// The files of a template, or of a dry run, as a tree.

import { IconChevronDown, IconChevronRight, IconFile, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { IconButton } from '@/components/Button';
import styles from './Editor.module.css';

type Row = { path: string; name: string; depth: number; folder: boolean };

/** Folders before files, as rows; what lies in a closed folder is left out. */
export function treeRows(paths: string[], closed: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const children = new Map<string, Set<string>>();
  const files = new Set(paths);
  for (const path of paths) {
    const parts = path.split('/');
    for (let end = 1; end <= parts.length; end += 1) {
      const parent = parts.slice(0, end - 1).join('/');
      const each = children.get(parent) ?? new Set();
      each.add(parts.slice(0, end).join('/'));
      children.set(parent, each);
    }
  }
  const add = (parent: string, depth: number) => {
    const inside = [...(children.get(parent) ?? [])].sort(
      (a, b) => Number(files.has(a)) - Number(files.has(b)) || a.localeCompare(b),
    );
    for (const path of inside) {
      const folder = !files.has(path);
      rows.push({ path, name: path.slice(path.lastIndexOf('/') + 1), depth, folder });
      if (folder && !closed.has(path)) add(path, depth + 1);
    }
  };
  add('', 0);
  return rows;
}

export function FileTree({
  label,
  paths,
  open,
  dirty,
  onOpen,
  onRemove,
}: {
  label: string;
  paths: string[];
  open: string | undefined;
  dirty?: ReadonlySet<string>;
  onOpen: (path: string) => void;
  onRemove?: (path: string) => void;
}) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => treeRows(paths, closed), [paths, closed]);
  const toggle = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  return (
    <ul className={styles.tree} aria-label={label}>
      {rows.map((row) => (
        <li key={row.path} className={styles.treeRow}>
          <button
            type="button"
            className={`${styles.treeButton} ${row.path === open ? styles.treeOn : ''}`}
            style={{ paddingLeft: 8 + row.depth * 14 }}
            aria-current={row.path === open ? 'true' : undefined}
            aria-expanded={row.folder ? !closed.has(row.path) : undefined}
            title={row.path}
            onClick={() => (row.folder ? toggle(row.path) : onOpen(row.path))}
          >
            {row.folder ? (
              closed.has(row.path) ? (
                <IconChevronRight size={14} aria-hidden />
              ) : (
                <IconChevronDown size={14} aria-hidden />
              )
            ) : (
              <IconFile size={14} aria-hidden />
            )}
            <span className="ellipsis">{row.name}</span>
            {dirty?.has(row.path) ? (
              <>
                <span className={styles.dot} aria-hidden />
                <span className="visually-hidden"> (not saved)</span>
              </>
            ) : null}
          </button>
          {onRemove && !row.folder ? (
            <span className={styles.treeRemove}>
              <IconButton small label={`Remove ${row.path}`} onClick={() => onRemove(row.path)}>
                <IconTrash size={14} aria-hidden />
              </IconButton>
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
