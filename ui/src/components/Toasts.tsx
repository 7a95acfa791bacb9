// Where toasts are drawn.

import { IconAlertCircle, IconCheck, IconX } from '@tabler/icons-react';
import styles from './Toasts.module.css';
import { dismiss, useToasts } from './toasts';

export function Toasts() {
  const toasts = useToasts();
  return (
    <div className={styles.stack} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`${styles.toast} ${toast.level === 'error' ? styles.error : ''}`}>
          {toast.level === 'error' ? (
            <IconAlertCircle size={18} aria-hidden />
          ) : (
            <IconCheck size={18} aria-hidden />
          )}
          <div className={styles.body}>
            <strong>{toast.title}</strong>
            <div className={styles.message}>{toast.message}</div>
          </div>
          <button
            type="button"
            className={styles.close}
            aria-label="Dismiss"
            onClick={() => dismiss(toast.id)}
          >
            <IconX size={15} aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}
