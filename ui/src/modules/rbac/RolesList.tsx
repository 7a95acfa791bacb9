// Every role: who has it, where it comes from, when it was changed.

import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { type Role, rolePartsOf, roles } from '@/api/queries/rbac';
import { useShortcut } from '@/app/shortcuts';
import { Empty, ErrorNotice } from '@/components/Notice';
import { RelativeTime } from '@/components/RelativeTime';
import { SearchField } from '@/components/SearchField';
import { Skeleton } from '@/components/Skeleton';
import { GatedButton } from '@/modules/access/Gated';
import { CREATE_POLICY } from '@/modules/access/permissions';
import styles from './Rbac.module.css';
import { sourceOf } from './sources';

const route = getRouteApi('/rbac');

function membersText(role: Role): string {
  const groups = role.memberReferences.filter((ref) => ref.startsWith('group:')).length;
  const users = role.memberReferences.length - groups;
  const parts = [
    groups > 0 ? (groups === 1 ? '1 group' : `${groups} groups`) : '',
    users > 0 ? (users === 1 ? '1 user' : `${users} users`) : '',
  ].filter(Boolean);
  if (role.metadata?.isDefault) return 'Everybody';
  return parts.join(', ') || 'Nobody';
}

export function RolesList() {
  const { q = '' } = route.useSearch();
  const navigate = useNavigate();
  const find = useRef<HTMLInputElement>(null);
  const { data, error, isPending, refetch } = useQuery(roles());
  useShortcut('Access', '/', 'Filter the roles', () => find.current?.focus());
  const wanted = q.trim().toLowerCase();
  const shown = (data ?? [])
    .filter((role) =>
      `${role.name} ${role.metadata?.description ?? ''} ${role.memberReferences.join(' ')} ${sourceOf(role).label}`
        .toLowerCase()
        .includes(wanted),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <>
      <div className={styles.bar}>
        <div className={styles.find}>
          <SearchField
            ref={find}
            label="Filter by name, member or source"
            hint="/"
            value={q}
            onChange={(text) =>
              void navigate({ to: '/rbac', search: { q: text || undefined }, replace: true })
            }
          />
        </div>
        <GatedButton
          permission={CREATE_POLICY}
          weight="primary"
          onClick={() => void navigate({ to: '/rbac/new' })}
        >
          <IconPlus size={16} aria-hidden />
          New role
        </GatedButton>
      </div>
      {error ? (
        <ErrorNotice title="The roles could not be read" error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton height={160} />
      ) : data.length === 0 ? (
        <Empty title="No role yet">A role gives its members permissions. Make the first one here.</Empty>
      ) : shown.length === 0 ? (
        <Empty title={`None of ${data.length} roles holds "${q}"`} />
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Role</th>
              <th scope="col">Members</th>
              <th scope="col" className={styles.wide}>
                From
              </th>
              <th scope="col" className={styles.wide}>
                Changed
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((role) => (
              <tr key={role.name}>
                <td>
                  <Link to="/rbac/roles/$kind/$namespace/$name" params={rolePartsOf(role.name)}>
                    {role.name.replace(/^role:(default\/)?/, '')}
                  </Link>
                  {role.metadata?.description ? (
                    <div className="quiet ellipsis" title={role.metadata.description}>
                      {role.metadata.description}
                    </div>
                  ) : null}
                </td>
                <td>{membersText(role)}</td>
                <td className={styles.wide} title={sourceOf(role).where}>
                  {sourceOf(role).label}
                </td>
                <td className={styles.wide}>
                  {role.metadata?.lastModified ? <RelativeTime value={role.metadata.lastModified} /> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
