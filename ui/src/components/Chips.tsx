// Chosen values in a row, each with a way to take it out.

import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './Chips.module.css';

export function Chips({
  values,
  label,
  onRemove,
  disabled = false,
  draw,
}: {
  values: string[];
  label: string;
  onRemove: (value: string) => void;
  disabled?: boolean | undefined;
  draw?: (value: string) => ReactNode;
}) {
  if (values.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label={label}>
      {values.map((value) => (
        <li key={value} className={styles.chip}>
          <span className={styles.text}>{draw ? draw(value) : value}</span>
          <button
            type="button"
            className={styles.remove}
            aria-label={`Remove ${value}`}
            disabled={disabled}
            onClick={() => onRemove(value)}
          >
            <IconX size={13} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
