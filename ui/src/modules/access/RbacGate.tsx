// The door of the pages about access: whether this server has roles, and whether one may look at them.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { permissionsOn } from '@/api/queries/authorize';
import { standing } from '@/api/queries/rbac';
import { CodeView } from '@/components/code/CodeView';
import { Empty, ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { Forbidden } from './Forbidden';

const HOW = `permission:
  enabled: true
  rbac:
    admin:
      users:
        - name: user:default/your-name`;

export function RbacGate({ children }: { children: ReactNode }) {
  const { data, error, isPending, refetch } = useQuery(standing());
  if (!permissionsOn() || data === 'absent') {
    return (
      <div style={{ padding: 24, maxWidth: 720 }}>
        <Empty heading="h1" title="This server has no roles">
          {permissionsOn()
            ? 'Permissions are on, but not the roles that come with permission.rbac.'
            : 'Everybody who is signed in may do everything. Roles come with these lines in the configuration:'}
        </Empty>
        <CodeView text={HOW} label="app-config.yaml" />
      </div>
    );
  }
  if (error) {
    return (
      <div style={{ padding: 24, maxWidth: 720 }}>
        <ErrorNotice title="Roles could not be read" error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (isPending) {
    return (
      <div style={{ padding: 24 }}>
        <Skeleton width={160} height={28} />
      </div>
    );
  }
  if (data === 'denied') return <Forbidden what="see roles and policies" permission="policy.entity.read" />;
  return children;
}
