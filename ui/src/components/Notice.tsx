// What happened, why, and what to do: errors, warnings and empty places.

import { IconAlertCircle, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiError, messageOf } from '@/api/error';
import { Button } from './Button';
import { CopyButton } from './CopyButton';
import styles from './Notice.module.css';

const ICONS = { error: IconAlertCircle, warning: IconAlertTriangle, info: IconInfoCircle };

export function Notice({
  level = 'info',
  title,
  children,
  actions,
}: {
  level?: 'error' | 'warning' | 'info';
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  const Icon = ICONS[level];
  return (
    <div
      className={`${styles.notice} ${level === 'info' ? '' : styles[level]}`}
      role={level === 'error' ? 'alert' : undefined}
    >
      <Icon size={18} className={styles.icon} aria-hidden />
      <div className={styles.body}>
        <div className={styles.title}>{title}</div>
        {children ? <div className={styles.text}>{children}</div> : null}
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </div>
    </div>
  );
}

/** A failed request: the server's reason, a way to try again, and the request id to give to the operator. */
export function ErrorNotice({
  title,
  error,
  onRetry,
}: {
  title: string;
  error: unknown;
  onRetry?: (() => void) | undefined;
}) {
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <Notice
      level="error"
      title={title}
      actions={
        onRetry || requestId ? (
          <>
            {onRetry ? (
              <Button small onClick={onRetry}>
                Try again
              </Button>
            ) : null}
            {requestId ? <CopyButton value={requestId} label={`Copy request id ${requestId}`} /> : null}
          </>
        ) : null
      }
    >
      {messageOf(error)}
    </Notice>
  );
}

export function Empty({
  title,
  heading: Heading = 'h2',
  children,
  actions,
}: {
  title: string;
  /** `h1` where nothing else on the page is a heading. */
  heading?: 'h1' | 'h2';
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <Heading>{title}</Heading>
      {children ? <div>{children}</div> : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  );
}
