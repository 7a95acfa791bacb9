// The state of a task or of a step: one icon, one colour and one word for each.

import {
  IconBan,
  IconCircle,
  IconCircleCheck,
  IconCircleX,
  IconHourglass,
  IconLoader2,
  IconPlayerSkipForward,
} from '@tabler/icons-react';
import type { StepStatus, TaskStatus } from '@/api/scaffolder';
import styles from './StatusMark.module.css';

type Look = { icon: typeof IconCircle; label: string; tone: string | undefined };

const LOOKS: Record<StepStatus | TaskStatus, Look> = {
  open: { icon: IconCircle, label: 'Not started', tone: styles.quiet },
  processing: { icon: IconLoader2, label: 'Running', tone: styles.running },
  waiting: { icon: IconHourglass, label: 'Waiting for approval', tone: styles.waiting },
  completed: { icon: IconCircleCheck, label: 'Completed', tone: styles.good },
  failed: { icon: IconCircleX, label: 'Failed', tone: styles.bad },
  cancelled: { icon: IconBan, label: 'Cancelled', tone: styles.quiet },
  skipped: { icon: IconPlayerSkipForward, label: 'Skipped', tone: styles.quiet },
};

export function statusLabel(status: StepStatus | TaskStatus): string {
  return LOOKS[status]?.label ?? status;
}

export function StatusIcon({ status, size = 16 }: { status: StepStatus | TaskStatus; size?: number }) {
  const { icon: Icon, tone } = LOOKS[status] ?? LOOKS.open;
  return <Icon size={size} stroke={1.75} className={`${styles.icon} ${tone}`} aria-hidden />;
}

export function StatusMark({ status, label }: { status: StepStatus | TaskStatus; label?: string }) {
  return (
    <span className={styles.mark}>
      <StatusIcon status={status} />
      {label ?? statusLabel(status)}
    </span>
  );
}
