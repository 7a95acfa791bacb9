// Secrets are deleted when a task ends; whoever runs it again gives them again.

import { type FormEvent, useId, useState } from 'react';
import { Button } from '@/components/Button';
import Dialog from '@/components/Dialog';
import type { SecretField } from '../form/walk';
import styles from './Task.module.css';

export default function RetryDialog({
  fields,
  onRun,
  onClose,
}: {
  fields: SecretField[];
  onRun: (secrets: Record<string, string>) => void;
  onClose: () => void;
}) {
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onRun(secrets);
  };
  return (
    <Dialog title="Run again" onClose={onClose}>
      <form onSubmit={submit} className={styles.secrets}>
        <p>The secrets of a task are deleted when it ends. Give them once more.</p>
        {fields.map(({ name, title }) => (
          <div key={name}>
            <label htmlFor={`${id}-${name}`} className={styles.commentLabel}>
              {title}
            </label>
            <input
              id={`${id}-${name}`}
              type="password"
              autoComplete="off"
              className={styles.secret}
              value={secrets[name] ?? ''}
              onChange={(event) => setSecrets({ ...secrets, [name]: event.target.value })}
            />
          </div>
        ))}
        <div className={styles.decisions}>
          <Button type="submit" weight="primary">
            Run again
          </Button>
          <Button onClick={onClose}>Keep it as it is</Button>
        </div>
      </form>
    </Dialog>
  );
}
