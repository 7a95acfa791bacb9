// One role: who has it, what it allows, on which conditions. Changes are gathered, looked at, and then saved.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { isStatus } from '@/api/error';
import { role, roleConditions, rolePartsOf, rolePolicies } from '@/api/queries/rbac';
import { useTitle } from '@/app/useTitle';
import { buttonClass } from '@/components/Button';
import { Empty, ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { Forbidden } from '@/modules/access/Forbidden';
import { CREATE_POLICY } from '@/modules/access/permissions';
import { RbacGate } from '@/modules/access/RbacGate';
import { useMay } from '@/modules/access/useMay';
import { RoleEditor } from '@/modules/rbac/RoleEditor';
import styles from './Page.module.css';

const route = getRouteApi('/rbac/roles/$kind/$namespace/$name');

export function RolePage() {
  const parts = route.useParams();
  const name = `${parts.kind}:${parts.namespace}/${parts.name}`;
  useTitle(parts.name);
  return (
    <RbacGate>
      <Stored key={name} name={name} />
    </RbacGate>
  );
}

export function NewRolePage() {
  const navigate = useNavigate();
  const { allowed } = useMay(CREATE_POLICY);
  useTitle('New role');
  return (
    <RbacGate>
      {allowed ? (
        <div className={styles.page}>
          <RoleEditor
            stored={undefined}
            onSaved={(name) =>
              void navigate({
                to: '/rbac/roles/$kind/$namespace/$name',
                params: rolePartsOf(name),
                replace: true,
              })
            }
          />
        </div>
      ) : (
        <Forbidden what="make roles" permission={CREATE_POLICY.name} />
      )}
    </RbacGate>
  );
}

function Stored({ name }: { name: string }) {
  const parts = rolePartsOf(name);
  const [found, policies, conditions] = [
    useQuery(role(parts)),
    useQuery(rolePolicies(parts)),
    useQuery(roleConditions(name)),
  ];
  const error = found.error ?? policies.error ?? conditions.error;
  if (isStatus(error, 404)) {
    return (
      <Empty
        heading="h1"
        title={`No role named "${parts.name}"`}
        actions={
          <Link to="/rbac" className={buttonClass('primary')}>
            See all roles
          </Link>
        }
      >
        It may have been deleted, or you may not see it.
      </Empty>
    );
  }
  if (isStatus(error, 403)) return <Forbidden what="see this role" permission="policy.entity.read" />;
  if (error) {
    return (
      <div className={styles.page}>
        <ErrorNotice
          title="This role could not be read"
          error={error}
          onRetry={() => {
            for (const each of [found, policies, conditions]) if (each.error) void each.refetch();
          }}
        />
      </div>
    );
  }
  if (!found.data || !policies.data || !conditions.data) {
    return (
      <div className={styles.page} aria-busy="true">
        <h1 className="visually-hidden">{parts.name}</h1>
        <Skeleton width={240} height={28} />
        <div style={{ height: 16 }} />
        <Skeleton height={240} />
      </div>
    );
  }
  return (
    <div className={styles.page}>
      <RoleEditor
        stored={{ role: found.data, policies: policies.data, conditions: conditions.data }}
        onSaved={() => undefined}
      />
    </div>
  );
}
