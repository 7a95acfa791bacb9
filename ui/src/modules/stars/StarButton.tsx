// Stars an entity, or takes the star back.

import { IconStar, IconStarFilled } from '@tabler/icons-react';
import styles from './StarButton.module.css';
import { useStars } from './useStars';

type Look = { name: string; size?: number };

/** For one entity. A list reads the stars once and draws `StarToggle`. */
export function StarButton({ entityRef, ...look }: Look & { entityRef: string }) {
  const { isStarred, toggle } = useStars();
  return <StarToggle on={isStarred(entityRef)} onToggle={() => toggle(entityRef)} {...look} />;
}

export function StarToggle({ on, onToggle, name, size = 16 }: Look & { on: boolean; onToggle: () => void }) {
  const Icon = on ? IconStarFilled : IconStar;
  return (
    <button
      type="button"
      className={`${styles.star} ${on ? styles.on : ''}`}
      aria-pressed={on}
      aria-label={`Star ${name}`}
      title={on ? 'Remove the star' : 'Star'}
      onClick={onToggle}
    >
      <Icon size={size} aria-hidden />
    </button>
  );
}
