// The steps of a task, what became of each and how long it took. Choosing one shows its part of the log only.

import { IconRotateClockwise } from '@tabler/icons-react';
import { IconButton } from '@/components/Button';
import { duration } from '@/components/duration';
import { useNow } from '@/components/useNow';
import { StatusIcon, statusLabel } from '../StatusMark';
import styles from './Task.module.css';
import type { StepState } from './taskLog';

type Props = {
  steps: StepState[];
  running: boolean;
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
  /** Set where the task may be started again from a step. */
  onRetry?: ((id: string) => void) | undefined;
};

export function StepList({ steps, running, chosen, onChoose, onRetry }: Props) {
  const now = useNow(running);
  const took = (step: StepState) => {
    if (!step.startedAt || step.status === 'skipped') return '';
    const end = step.endedAt ? Date.parse(step.endedAt) : running ? now : undefined;
    return end === undefined ? '' : duration(end - Date.parse(step.startedAt));
  };
  return (
    <ol className={styles.steps} aria-label="Steps">
      {steps.map((step) => (
        <li key={step.id} className={styles.step}>
          <button
            type="button"
            className={`${styles.stepButton} ${step.id === chosen ? styles.stepOn : ''}`}
            aria-pressed={step.id === chosen}
            onClick={() => onChoose(step.id === chosen ? undefined : step.id)}
          >
            <StatusIcon status={step.status} />
            <span className={styles.stepText}>
              <span className="ellipsis" title={step.name}>
                {step.name}
              </span>
              <span className={`${styles.stepAction} ellipsis mono`} title={step.action}>
                {step.action}
              </span>
            </span>
            <span className="visually-hidden">{`, ${statusLabel(step.status)}`}</span>
            <span className={`${styles.took} tabular`}>{took(step)}</span>
          </button>
          {onRetry && step.status !== 'open' ? (
            <IconButton small label={`Run again from ${step.name}`} onClick={() => onRetry(step.id)}>
              <IconRotateClockwise size={15} aria-hidden />
            </IconButton>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
