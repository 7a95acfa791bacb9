// Before anything is saved: what will be done, who gains by it and who loses.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Change, type Difference, makeChange, type Preview, preview } from '@/api/queries/rbac';
import { Button } from '@/components/Button';
import Dialog from '@/components/Dialog';
import { ErrorNotice, Notice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { wordsOf } from './draft';
import styles from './Rbac.module.css';

const SHOWN = 50;

/** Makes the changes one after the other; what was done before a failure stays done, and is said. */
async function makeAll(changes: Change[], done: (change: Change) => void): Promise<void> {
  for (const change of changes) {
    await makeChange(change);
    done(change);
  }
}

export default function ReviewDialog({
  changes: asked,
  title,
  danger = false,
  onSaved,
  onClose,
}: {
  changes: Change[];
  title: string;
  danger?: boolean;
  onSaved: () => void;
  onClose: () => void;
}) {
  const client = useQueryClient();
  // What is looked at is what is saved, also when a part of it has been saved already.
  const [changes] = useState(asked);
  const [done, setDone] = useState<Change[]>([]);
  const looked = useQuery({
    queryKey: ['rbac', 'preview', changes],
    queryFn: () => preview(changes),
    retry: false,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  const readAgain = () =>
    Promise.all([
      client.invalidateQueries({
        queryKey: ['rbac'],
        predicate: ({ queryKey }) => queryKey[1] !== 'preview',
      }),
      client.invalidateQueries({ queryKey: ['permission'] }),
    ]);
  const save = useMutation({
    mutationFn: async () => {
      const rest = changes.filter((change) => !done.includes(change));
      await makeAll(rest, (change) => setDone((before) => [...before, change]));
      // The page goes on from what is stored now, so that nothing old shows in between. Of what is gone nothing is left to read.
      if (!danger) await readAgain();
    },
    onSuccess: () => {
      onSaved();
      if (danger) void readAgain();
    },
    onError: readAgain,
  });
  return (
    <Dialog title={title} onClose={onClose} size={720}>
      <div className={styles.stack}>
        <ul className={styles.plain} aria-label="Changes">
          {changes.map((change, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is fixed while the dialog is open
            <li key={index}>{done.includes(change) ? `${wordsOf(change)} (done)` : wordsOf(change)}</li>
          ))}
        </ul>
        {looked.error ? (
          <ErrorNotice
            title="What this changes for people could not be worked out"
            error={looked.error}
            onRetry={() => void looked.refetch()}
          />
        ) : looked.data ? (
          <Effect result={looked.data} />
        ) : (
          <div aria-busy="true">
            <p className="quiet">Working out who gains and who loses</p>
            <Skeleton height={60} />
          </div>
        )}
        {save.error ? (
          <ErrorNotice
            title={
              done.length > 0
                ? `Saved ${done.length} of ${changes.length} changes; this one was refused`
                : 'It was not saved'
            }
            error={save.error}
          />
        ) : null}
        <div className={styles.actions}>
          <Button onClick={onClose}>Back</Button>
          <Button
            weight={danger ? 'danger' : 'primary'}
            disabled={save.isPending || looked.isPending}
            onClick={() => save.mutate()}
          >
            {save.isPending ? 'Saving' : danger ? 'Delete the role' : 'Save'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Effect({ result }: { result: Preview }) {
  const { gains, loses, truncated, users } = result;
  const looked = users === undefined ? '' : ` Looked at ${users.toLocaleString('en')} users.`;
  if (gains.length === 0 && loses.length === 0) {
    return <Notice title="Nobody gains or loses anything">{`No user's permissions change.${looked}`}</Notice>;
  }
  return (
    <>
      <p className="quiet">
        {sentence(`${people(gains, 'gain')}, ${people(loses, 'lose')}.${looked}`)}
        {truncated ? ' There are more than can be listed.' : ''}
      </p>
      <div className={styles.sides}>
        <Side title="Gain" list={gains} />
        <Side title="Lose" list={loses} />
      </div>
    </>
  );
}

function people(list: Difference[], verb: string): string {
  const count = new Set(list.map((each) => each.userEntityRef)).size;
  if (count === 0) return `nobody ${verb}s`;
  return count === 1 ? `1 user ${verb}s` : `${count} users ${verb}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const WORDS = { ALLOW: 'allowed', DENY: 'denied', CONDITIONAL: 'on a condition' };

function stepWords({ from, to }: Difference): string {
  if (!from || !to) return '';
  return from === to ? ' on another condition' : ` ${WORDS[from]} → ${WORDS[to]}`;
}

function Side({ title, list }: { title: string; list: Difference[] }) {
  if (list.length === 0) return null;
  const users = [...new Set(list.map((each) => each.userEntityRef))];
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul className={styles.differences}>
        {users.slice(0, SHOWN).map((user) => (
          <li key={user}>
            <EntityLink target={user} />
            <ul>
              {list
                .filter((each) => each.userEntityRef === user)
                .map((each) => (
                  <li key={`${each.permission} ${each.action}`}>
                    <span className="mono">{each.permission}</span>
                    <span className="quiet">{stepWords(each)}</span>
                  </li>
                ))}
            </ul>
          </li>
        ))}
        {users.length > SHOWN ? <li className="quiet">{`and ${users.length - SHOWN} more users`}</li> : null}
      </ul>
    </section>
  );
}
