// Everything that was created or is being created: one's own, or everybody's.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { isStatus } from '@/api/error';
import { tasks } from '@/api/queries/scaffolder';
import { useIdentity } from '@/api/useSession';
import { useTitle } from '@/app/useTitle';
import { buttonClass } from '@/components/Button';
import { Card } from '@/components/Card';
import { Chips } from '@/components/Chips';
import { Empty, ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { Forbidden } from '@/modules/access/Forbidden';
import { READ_TASK } from '@/modules/access/permissions';
import { EntityLink } from '@/modules/entity/EntityLink';
import { EntityPicker } from '@/modules/entity/EntityPicker';
import { StatusMark } from '@/modules/scaffolder/StatusMark';
import { TASK_ORDERS, TASK_STATUSES, type TaskListSearch } from '@/modules/scaffolder/searches';
import styles from '@/modules/scaffolder/tasks/Tasks.module.css';
import { TaskTable } from '@/modules/scaffolder/tasks/TaskTable';
import { useApprovals } from '@/modules/scaffolder/tasks/useApprovals';
import catalogStyles from './CatalogPage.module.css';
import page from './Page.module.css';

const route = getRouteApi('/create/tasks');
const SIZE = 25;

const ORDER_LABELS: Record<(typeof TASK_ORDERS)[number], string> = {
  'desc:created_at': 'Newest first',
  'asc:created_at': 'Oldest first',
  'asc:status': 'By state',
  'desc:status': 'By state, backwards',
  'asc:created_by': 'By person',
  'desc:created_by': 'By person, backwards',
};

export function TasksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { userEntityRef } = useIdentity();
  useTitle('Tasks');
  const number = search.page ?? 1;
  const createdBy = search.by ?? (search.whose === 'all' ? [] : [userEntityRef]);
  const { data, error, isPending, refetch } = useQuery(
    tasks({
      createdBy,
      status: search.status,
      order: search.order,
      limit: SIZE,
      offset: (number - 1) * SIZE,
    }),
  );
  const approvals = useApprovals();
  const set = (next: Partial<TaskListSearch>) =>
    void navigate({ search: (before) => ({ ...before, page: undefined, ...next }) });
  const toggle = (status: (typeof TASK_STATUSES)[number]) => {
    const before = search.status ?? [];
    const after = before.includes(status) ? before.filter((each) => each !== status) : [...before, status];
    set({ status: after.length > 0 ? after : undefined });
  };
  if (isStatus(error, 403)) return <Forbidden what="see tasks" permission={READ_TASK.name} />;
  const total = data?.totalTasks ?? 0;
  const last = Math.max(1, Math.ceil(total / SIZE));
  const filtered = search.status !== undefined || search.by !== undefined;
  return (
    <div className={page.page}>
      <div className={page.head}>
        <h1>Tasks</h1>
        <Link to="/create" className={buttonClass('primary')} style={{ marginLeft: 'auto' }}>
          Create
        </Link>
      </div>
      {approvals.length > 0 ? (
        <div className={styles.waiting}>
          <Card title="Waiting for you" count={approvals.length} flush>
            <TaskTable tasks={approvals} />
          </Card>
        </div>
      ) : null}
      <div className={styles.bar}>
        <nav className={catalogStyles.scopes} aria-label="Whose">
          {(['mine', 'all'] as const).map((whose) => {
            const on = !search.by && (search.whose ?? 'mine') === whose;
            return (
              <Link
                key={whose}
                to="/create/tasks"
                search={{
                  ...search,
                  by: undefined,
                  page: undefined,
                  whose: whose === 'all' ? 'all' : undefined,
                }}
                className={`${catalogStyles.scope} ${on ? catalogStyles.scopeOn : ''}`}
                aria-current={on ? 'true' : undefined}
              >
                {whose === 'mine' ? 'Mine' : 'Everybody’s'}
              </Link>
            );
          })}
        </nav>
        <div className={styles.person}>
          <EntityPicker
            label="Tasks of a person"
            placeholder="Of a person"
            kinds={['user']}
            exclude={search.by ?? []}
            onPick={(ref) => set({ by: [...(search.by ?? []), ref], whose: undefined })}
          />
        </div>
        <fieldset className={styles.statuses} aria-label="State">
          {TASK_STATUSES.map((status) => (
            <button
              key={status}
              type="button"
              className={styles.status}
              aria-pressed={search.status?.includes(status) ?? false}
              onClick={() => toggle(status)}
            >
              <StatusMark status={status} />
            </button>
          ))}
        </fieldset>
        <select
          className={styles.order}
          aria-label="Order"
          value={search.order ?? 'desc:created_at'}
          onChange={({ target }) => {
            const order = TASK_ORDERS.find((each) => each === target.value);
            set({ order: order === 'desc:created_at' ? undefined : order });
          }}
        >
          {TASK_ORDERS.map((order) => (
            <option key={order} value={order}>
              {ORDER_LABELS[order]}
            </option>
          ))}
        </select>
        <span className={styles.total} role="status">
          {data ? `${total.toLocaleString('en')} ${total === 1 ? 'task' : 'tasks'}` : ''}
        </span>
      </div>
      <Chips
        values={search.by ?? []}
        label="Tasks of these persons"
        onRemove={(ref) => {
          const by = search.by?.filter((each) => each !== ref) ?? [];
          set({ by: by.length > 0 ? by : undefined });
        }}
        draw={(ref) => <EntityLink target={ref} />}
      />
      {error && !data ? (
        <ErrorNotice title="The tasks could not be read" error={error} onRetry={() => void refetch()} />
      ) : isPending || !data ? (
        <Skeleton height={240} />
      ) : data.tasks.length === 0 ? (
        <Empty
          title={filtered ? 'No task matches these filters' : 'No tasks yet'}
          actions={
            filtered ? (
              <Link to="/create/tasks" search={{ whose: search.whose }} className={buttonClass('default')}>
                Clear all filters
              </Link>
            ) : (
              <Link to="/create" className={buttonClass('primary')}>
                Create from a template
              </Link>
            )
          }
        >
          {filtered ? null : 'What you create shows here, while it runs and after.'}
        </Empty>
      ) : (
        <>
          <TaskTable tasks={data.tasks} />
          {last > 1 ? (
            <nav className={styles.pages} aria-label="Pages">
              {number > 1 ? (
                <Link
                  to="/create/tasks"
                  search={{ ...search, page: number === 2 ? undefined : number - 1 }}
                  className={buttonClass('default', true)}
                >
                  Newer
                </Link>
              ) : null}
              <span className="tabular">{`Page ${number} of ${last}`}</span>
              {number < last ? (
                <Link
                  to="/create/tasks"
                  search={{ ...search, page: number + 1 }}
                  className={buttonClass('default', true)}
                >
                  Older
                </Link>
              ) : null}
            </nav>
          ) : null}
        </>
      )}
    </div>
  );
}
