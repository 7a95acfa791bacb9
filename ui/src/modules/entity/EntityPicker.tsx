// Finds an entity by typing: a box whose list comes from the catalog.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import type { Predicate } from '@/api/predicate';
import { fetchPage } from '@/api/queries/entities';
import styles from './EntityPicker.module.css';
import { displayName } from './entity';
import { KindIcon } from './KindIcon';
import { formatRef, parseRef, refText } from './ref';

const PAUSE_MS = 120;
const SHOWN = 20;
const FIELDS = ['kind', 'metadata.name', 'metadata.namespace', 'metadata.title', 'spec.profile'];

type Option = { ref: string; name: string; kind: string; note: string };

export function EntityPicker({
  label,
  placeholder,
  kinds,
  extra = [],
  exclude = [],
  onPick,
}: {
  label: string;
  placeholder: string;
  /** Which kinds may be picked; any if left out. */
  kinds?: string[];
  /** Values that are offered before the catalog's, such as aliases. */
  extra?: { value: string; about: string }[];
  exclude?: string[];
  onPick: (ref: string) => void;
}) {
  const [text, setText] = useState('');
  const [term, setTerm] = useState('');
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => setTerm(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query: Predicate = kinds ? { kind: { $in: kinds } } : {};
  const found = useQuery({
    queryKey: ['catalog', 'picker', kinds, term],
    queryFn: ({ signal }) =>
      fetchPage({ query, text: term || undefined }, { limit: SHOWN, fields: FIELDS, signal }),
    enabled: open,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const typed = parseRef(text);
  const wanted = text.trim().toLowerCase();
  const options: Option[] = [
    ...extra
      .filter(({ value, about }) => `${value} ${about}`.toLowerCase().includes(wanted))
      .map(({ value, about }) => ({ ref: value, name: value, kind: '', note: about })),
    ...(found.data?.items ?? []).map((entity) => ({
      ref: refText(entity),
      name: displayName(entity),
      kind: entity.kind,
      note: refText(entity),
    })),
  ].filter(({ ref }) => !exclude.includes(ref));
  // Somebody may be known by reference before the catalog has them.
  if (text.includes(':') && typed && (!kinds || kinds.includes(typed.kind.toLowerCase()))) {
    const ref = formatRef(typed);
    if (!options.some((option) => option.ref === ref) && !exclude.includes(ref)) {
      options.push({ ref, name: ref, kind: typed.kind, note: 'as written' });
    }
  }
  const current = Math.min(chosen, options.length - 1);
  const pick = (option: Option | undefined) => {
    if (!option) return;
    onPick(option.ref);
    setText('');
    setTerm('');
    setOpen(false);
  };
  useEffect(() => {
    if (open) list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });
  return (
    <div className={styles.picker}>
      <input
        className={styles.input}
        role="combobox"
        aria-label={label}
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && options[current] ? `${listId}-${current}` : undefined}
        // A dialog around it must not take the Escape that closes the list.
        data-mantine-stop-propagation={open}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={text}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
          setOpen(true);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setOpen(true);
            const by = event.key === 'ArrowDown' ? 1 : -1;
            setChosen((current + by + options.length) % Math.max(1, options.length));
          } else if (event.key === 'Enter') {
            event.preventDefault();
            if (open) pick(options[current]);
          } else if (event.key === 'Escape' && open) {
            event.preventDefault();
            event.stopPropagation();
            setOpen(false);
          }
        }}
      />
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label={label}
        tabIndex={-1}
        hidden={!open || options.length === 0}
        className={styles.list}
      >
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the box above
          <div
            key={option.ref}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={`${styles.option} ${index === current ? styles.on : ''}`}
            onMouseMove={() => setChosen(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => pick(option)}
          >
            {option.kind ? <KindIcon kind={option.kind} /> : null}
            <span className="ellipsis">{option.name}</span>
            <span className={`${styles.note} ellipsis`}>{option.note}</span>
          </div>
        ))}
      </div>
      {open && term && found.isSuccess && options.length === 0 ? (
        <div className={styles.none} role="status">
          Nothing in the catalog has that name.
        </div>
      ) : null}
    </div>
  );
}
