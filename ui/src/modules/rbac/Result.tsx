// How a decision turned out, with a word and a colour.

import { IconCheck, IconHelpHexagon, IconX } from '@tabler/icons-react';
import type { Outcome } from '@/api/queries/rbac';
import styles from './Rbac.module.css';

const LOOKS = {
  ALLOW: { word: 'Allowed', icon: IconCheck, className: styles.allow },
  DENY: { word: 'Denied', icon: IconX, className: styles.deny },
  CONDITIONAL: { word: 'Depends on the thing', icon: IconHelpHexagon, className: styles.conditional },
};

export function Result({ outcome }: { outcome: Outcome }) {
  const { word, icon: Icon, className } = LOOKS[outcome];
  return (
    <span className={`${styles.result} ${className}`}>
      <Icon size={15} aria-hidden />
      {word}
    </span>
  );
}
