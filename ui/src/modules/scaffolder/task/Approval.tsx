// A step that waits for somebody's yes: what for, whom, and, for those who may decide, the decision.

import { IconHourglass } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Fragment, useId, useState } from 'react';
import { messageOf } from '@/api/error';
import { decideTask } from '@/api/queries/scaffolder';
import type { Waiting } from '@/api/scaffolder';
import { Button } from '@/components/Button';
import { toast } from '@/components/toasts';
import { EntityLink } from '@/modules/entity/EntityLink';
import { parseRef } from '@/modules/entity/ref';
import styles from './Task.module.css';

export function Approval({
  taskId,
  waiting,
  step,
  onDecided,
}: {
  taskId: string;
  waiting: Waiting;
  step: string;
  onDecided: () => void;
}) {
  const client = useQueryClient();
  const [comment, setComment] = useState('');
  const id = useId();
  const { mutate, isPending } = useMutation({
    mutationFn: (decision: 'approve' | 'reject') =>
      decideTask(taskId, { stepId: waiting.stepId, decision, comment: comment.trim() || undefined }),
    onSuccess: () => {
      setComment('');
      void client.invalidateQueries({ queryKey: ['scaffolder'] });
      onDecided();
    },
    onError: (error) => toast.error('The decision was not taken', messageOf(error)),
  });
  return (
    <section className={styles.approval} aria-label={`Approval of ${step}`}>
      <IconHourglass size={18} aria-hidden className={styles.approvalIcon} />
      <div className={styles.approvalBody}>
        <h2>{`"${step}" waits for approval`}</h2>
        {waiting.message ? <p className={styles.approvalText}>{waiting.message}</p> : null}
        <p className="quiet">
          {waiting.approvers.length > 0 ? 'By ' : 'By an administrator'}
          {waiting.approvers.map((ref, index) => (
            <Fragment key={ref}>
              {index === 0 ? '' : ', '}
              <Approver approver={ref} />
            </Fragment>
          ))}
        </p>
        {waiting.mayDecide ? (
          <>
            <label htmlFor={id} className={styles.commentLabel}>
              Comment, kept with the decision
            </label>
            <textarea
              id={id}
              className={styles.comment}
              rows={2}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
            />
            <div className={styles.decisions}>
              <Button weight="primary" disabled={isPending} onClick={() => mutate('approve')}>
                Approve
              </Button>
              <Button weight="danger" disabled={isPending} onClick={() => mutate('reject')}>
                Reject
              </Button>
            </div>
          </>
        ) : (
          <p>You are not among those who may decide this.</p>
        )}
      </div>
    </section>
  );
}

/** A person or a group; roles and the template's owner are no entities of their own. */
function Approver({ approver }: { approver: string }) {
  if (approver === 'owner') return 'the owner of the template';
  if (approver.startsWith('role:') || !parseRef(approver)) return <span className="mono">{approver}</span>;
  return <EntityLink target={approver} />;
}
