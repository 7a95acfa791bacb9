// Stars an entity, or takes the star back.

import { IconStar, IconStarFilled } from '@tabler/icons-react';
import styles from './StarButton.module.css';
import { useStars } from './useStars';

export function StarButton({
  entityRef,
  name,
  size = 16,
}: {
  entityRef: string;
  name: string;
  size?: number;
}) {
  const { isStarred, toggle } = useStars();
  const on = isStarred(entityRef);
  const Icon = on ? IconStarFilled : IconStar;
  return (
    <button
      type="button"
      className={`${styles.star} ${on ? styles.on : ''}`}
      aria-pressed={on}
      aria-label={`Star ${name}`}
      title={on ? 'Remove the star' : 'Star'}
      onClick={() => toggle(entityRef)}
    >
      <Icon size={size} aria-hidden />
    </button>
  );
}
