// The portal with somebody else's rights: what each permission comes to for them. Nothing is done in their name.

import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type Explanation, explanation, pluginPolicies } from '@/api/queries/rbac';
import { Card } from '@/components/Card';
import { Empty, ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import styles from './Rbac.module.css';
import { Result } from './Result';
import { Picked, RoleLink } from './Why';

const route = getRouteApi('/rbac');

export function ViewAs() {
  const { user } = route.useSearch();
  const navigate = useNavigate();
  const plugins = useQuery(pluginPolicies());
  const all = (plugins.data ?? []).flatMap(({ pluginId, policies }) =>
    policies.map((each) => ({ ...each, pluginId })),
  );
  const answers = useQueries({
    queries: all.map(({ name, policy, resourceType }) => ({
      ...explanation({
        userEntityRef: user ?? '',
        permission: name,
        ...(policy && policy !== 'use' ? { action: policy } : {}),
        ...(resourceType ? { resourceType } : {}),
      }),
    })),
  });
  const failed = answers.find((answer) => answer.error);
  const first = answers.find((answer) => answer.data)?.data;
  return (
    <>
      <div className={styles.questions}>
        <Picked
          label="User"
          placeholder="Find a user"
          kinds={['user']}
          value={user}
          onChange={(next) =>
            void navigate({ to: '/rbac', search: { tab: 'as', user: next }, replace: true })
          }
        />
      </div>
      {!user ? (
        <Empty title="Choose a user">What they may do shows here, permission by permission.</Empty>
      ) : plugins.error || failed ? (
        <ErrorNotice
          title="What this user may do could not be read"
          error={plugins.error ?? failed?.error}
          onRetry={() => void (plugins.error ? plugins.refetch() : failed?.refetch())}
        />
      ) : plugins.isPending ? (
        <Skeleton height={160} />
      ) : (
        <div className={styles.stack}>
          {first?.user ? <Roles roles={first.user.roles} /> : null}
          {plugins.data
            .filter(({ policies }) => policies.length > 0)
            .map(({ pluginId, policies }) => (
              <Card key={pluginId} title={pluginId} count={policies.length} flush>
                <ul className={styles.steps}>
                  {policies.map(({ name }) => {
                    const answer = answers[all.findIndex((each) => each.name === name)]?.data;
                    return (
                      <li key={name}>
                        <span className="mono ellipsis" title={name}>
                          {name}
                        </span>
                        <span className={styles.end}>
                          {answer ? <Result outcome={answer.result} /> : <Skeleton width={80} />}
                          <Link
                            to="/rbac"
                            search={{ tab: 'why', user, permission: name }}
                            aria-label={`Why ${name}`}
                          >
                            Why
                          </Link>
                        </span>
                      </li>
                    );
                  })}
                </ul>
              </Card>
            ))}
        </div>
      )}
    </>
  );
}

function Roles({ roles }: { roles: NonNullable<Explanation['user']>['roles'] }) {
  return (
    <p>
      {roles.length === 0 ? 'No role names this user or one of their groups.' : 'Roles: '}
      {roles.map(({ role }, index) => (
        <span key={role}>
          {index > 0 ? ', ' : ''}
          <RoleLink name={role} />
        </span>
      ))}
    </p>
  );
}
