// A text filter: reports what is typed once typing pauses, clears with Escape.

import { IconSearch, IconX } from '@tabler/icons-react';
import { type Ref, useEffect, useRef, useState } from 'react';
import { Kbd } from './Kbd';
import styles from './SearchField.module.css';

const PAUSE_MS = 120;

export function SearchField({
  value,
  onChange,
  label,
  hint,
  ref,
}: {
  value: string;
  onChange: (value: string) => void;
  label: string;
  hint?: string;
  ref?: Ref<HTMLInputElement>;
}) {
  const [text, setText] = useState(value);
  const reported = useRef(value);
  const report = useRef(onChange);
  useEffect(() => {
    report.current = onChange;
  });

  // The address may change without typing: back button, a cleared filter.
  useEffect(() => {
    if (value !== reported.current) {
      reported.current = value;
      setText(value);
    }
  }, [value]);

  useEffect(() => {
    if (text === reported.current) return;
    const timer = setTimeout(() => {
      reported.current = text;
      report.current(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <div className={styles.field}>
      <IconSearch size={15} className={styles.icon} aria-hidden />
      <input
        ref={ref}
        className={styles.input}
        type="search"
        placeholder={label}
        aria-label={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (text) setText('');
          else event.currentTarget.blur();
        }}
      />
      {text ? (
        <button
          type="button"
          className={styles.clear}
          aria-label="Clear the text"
          onClick={() => setText('')}
        >
          <IconX size={14} aria-hidden />
        </button>
      ) : hint ? (
        <span className={styles.hint} aria-hidden>
          <Kbd>{hint}</Kbd>
        </span>
      ) : null}
    </div>
  );
}
