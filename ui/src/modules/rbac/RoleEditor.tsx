// A role with everything that can be changed in it, and the bar that says how much has been.

import { useQuery } from '@tanstack/react-query';
import { Link, useBlocker, useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { conditionRules, pluginPolicies } from '@/api/queries/rbac';
import { Button } from '@/components/Button';
import { ErrorNotice, Notice } from '@/components/Notice';
import { RelativeTime } from '@/components/RelativeTime';
import { Skeleton } from '@/components/Skeleton';
import { toast } from '@/components/toasts';
import { GatedButton } from '@/modules/access/Gated';
import { DELETE_POLICY, UPDATE_POLICY } from '@/modules/access/permissions';
import { useMay } from '@/modules/access/useMay';
import { Conditions } from './Conditions';
import { changesOf, type Draft, draftOf, EMPTY, obstacleOf, type Stored } from './draft';
import { Members } from './Members';
import { effectsOf, sectionsOf, strayPolicies } from './matrix';
import { PermissionMatrix } from './PermissionMatrix';
import styles from './Rbac.module.css';
import { sourceOf } from './sources';

const ReviewDialog = lazy(() => import('./ReviewDialog'));

export function RoleEditor({
  stored,
  onSaved,
}: {
  stored: Stored | undefined;
  onSaved: (name: string) => void;
}) {
  const start = useMemo(() => (stored ? draftOf(stored) : EMPTY), [stored]);
  const [changed, setChanged] = useState<Draft>();
  const [review, setReview] = useState<'save' | 'delete'>();
  const navigate = useNavigate();
  const plugins = useQuery(pluginPolicies());
  const rules = useQuery(conditionRules());
  const draft = changed ?? start;
  const changes = useMemo(() => (changed ? changesOf(stored, changed) : []), [stored, changed]);
  const source = stored ? sourceOf(stored.role) : undefined;
  const { allowed } = useMay(UPDATE_POLICY, stored?.role.name);
  const readOnly = source?.readOnly === true || (stored !== undefined && !allowed);
  const set = (next: Partial<Draft>) => setChanged({ ...draft, ...next });
  const dirty = changes.length > 0 && review === undefined;
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm('Leave this role? What you changed is not saved.'),
    enableBeforeUnload: () => dirty,
    disabled: !dirty,
  });

  const sections = useMemo(() => {
    const known = sectionsOf(plugins.data ?? []);
    const stray = strayPolicies(stored?.policies ?? [], known);
    return stray.rows.length > 0 && plugins.data ? [...known, stray] : known;
  }, [plugins.data, stored]);
  const obstacle = obstacleOf(draft);
  const saved = () => {
    const { name } = draft;
    const gone = review === 'delete';
    setReview(undefined);
    setChanged(undefined);
    toast.info(gone ? 'Deleted' : 'Saved', gone ? `${name} is gone.` : `${name} holds from now on.`);
    if (gone) void navigate({ to: '/rbac' });
    else onSaved(name);
  };
  return (
    <>
      <Head stored={stored} draft={draft} readOnly={readOnly} onChange={set}>
        {stored && source && !source.readOnly ? (
          <GatedButton
            permission={DELETE_POLICY}
            resourceRef={stored.role.name}
            weight="danger"
            onClick={() => setReview('delete')}
          >
            Delete
          </GatedButton>
        ) : null}
      </Head>
      {source?.readOnly ? (
        <div className={styles.notice}>
          <Notice title={`Read-only here: ${source.label}`}>{source.where}</Notice>
        </div>
      ) : stored && !allowed ? (
        <div className={styles.notice}>
          <Notice title="You may not change this role">
            None of your roles has policy.entity.update for it.
          </Notice>
        </div>
      ) : null}
      <div className={styles.stack}>
        <Members
          members={draft.members}
          readOnly={readOnly}
          everybody={stored?.role.metadata?.isDefault === true}
          onChange={(members) => set({ members })}
        />
        {plugins.error || rules.error ? (
          <ErrorNotice
            title="What can be granted could not be read"
            error={plugins.error ?? rules.error}
            onRetry={() => void Promise.all([plugins.refetch(), rules.refetch()])}
          />
        ) : plugins.data && rules.data ? (
          <>
            <PermissionMatrix
              sections={sections}
              effects={draft.effects}
              before={stored ? effectsOf(stored.policies) : {}}
              conditions={draft.conditions}
              readOnly={readOnly}
              onChange={(effects) => set({ effects })}
            />
            <Conditions
              conditions={draft.conditions}
              plugins={plugins.data}
              rules={rules.data}
              readOnly={readOnly}
              onChange={(conditions) => set({ conditions })}
            />
          </>
        ) : (
          <Skeleton height={320} />
        )}
      </div>
      {changes.length > 0 && !readOnly ? (
        <section className={styles.saveBar} aria-label="Changes that are not saved">
          <span className={styles.saveText}>
            {obstacle ?? (changes.length === 1 ? '1 change' : `${changes.length} changes`)}
          </span>
          <Button onClick={() => setChanged(undefined)}>Discard</Button>
          <Button weight="primary" disabled={obstacle !== undefined} onClick={() => setReview('save')}>
            Review and save
          </Button>
        </section>
      ) : null}
      <Suspense>
        {review ? (
          <ReviewDialog
            title={review === 'delete' ? `Delete ${draft.name}` : 'Review the changes'}
            danger={review === 'delete'}
            changes={review === 'delete' ? [{ type: 'delete-role', name: draft.name }] : changes}
            onSaved={saved}
            onClose={() => setReview(undefined)}
          />
        ) : null}
      </Suspense>
    </>
  );
}

const PREFIX = 'role:default/';

function Head({
  stored,
  draft,
  readOnly,
  onChange,
  children,
}: {
  stored: Stored | undefined;
  draft: Draft;
  readOnly: boolean;
  onChange: (next: Partial<Draft>) => void;
  children: ReactNode;
}) {
  const meta = stored?.role.metadata;
  const short = draft.name.replace(PREFIX, '');
  return (
    <header className={styles.roleHead}>
      <nav aria-label="Where this is" className="quiet">
        <Link to="/rbac">Roles</Link>
      </nav>
      <div className={styles.titleRow}>
        <h1>{stored ? short : 'New role'}</h1>
        {children}
      </div>
      {stored ? null : (
        <div className={styles.field}>
          <label className={styles.label} htmlFor="role-name">
            Name
          </label>
          <input
            id="role-name"
            className={styles.input}
            value={short}
            maxLength={63}
            placeholder="release-managers"
            onChange={(event) =>
              onChange({ name: event.target.value ? PREFIX + event.target.value.trim().toLowerCase() : '' })
            }
          />
        </div>
      )}
      {readOnly ? (
        draft.description ? (
          <p>{draft.description}</p>
        ) : null
      ) : (
        <div className={styles.field}>
          <label className={styles.label} htmlFor="role-description">
            Description
          </label>
          <input
            id="role-description"
            className={styles.input}
            value={draft.description}
            placeholder="Who should have it, and what for"
            onChange={(event) => onChange({ description: event.target.value })}
          />
        </div>
      )}
      {stored && (meta?.lastModified || meta?.modifiedBy) ? (
        <p className="quiet">
          {'Changed '}
          {meta.lastModified ? <RelativeTime value={meta.lastModified} /> : null}
          {meta.modifiedBy ? ` by ${meta.modifiedBy}` : ''}
        </p>
      ) : null}
    </header>
  );
}
