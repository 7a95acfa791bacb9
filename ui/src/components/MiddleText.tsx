// Text that gives way in its middle when there is no room, because the end of a name tells names apart.

import styles from './MiddleText.module.css';

const TAIL = 8;
const SHORT = 20;

export function MiddleText({ text }: { text: string }) {
  if (text.length <= SHORT) {
    return (
      <span className="ellipsis" title={text}>
        {text}
      </span>
    );
  }
  return (
    <span className={styles.root} title={text}>
      <span className={styles.head}>{text.slice(0, -TAIL)}</span>
      <span className={styles.tail}>{text.slice(-TAIL)}</span>
    </span>
  );
}
