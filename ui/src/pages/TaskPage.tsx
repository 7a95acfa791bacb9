// A running task: its steps and its log as they happen, what it gave, and what can be done about it.

import { Menu } from '@mantine/core';
import {
  IconBan,
  IconDots,
  IconDownload,
  IconPlayerPlay,
  IconRotateClockwise,
  IconTextWrap,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { isStatus, messageOf } from '@/api/error';
import { cancelTask, parameterSchema, retryTask } from '@/api/queries/scaffolder';
import { ENDED, type Task } from '@/api/scaffolder';
import { useShortcut } from '@/app/shortcuts';
import { useTitle } from '@/app/useTitle';
import { Button, buttonClass, IconButton } from '@/components/Button';
import { duration } from '@/components/duration';
import { LogView } from '@/components/log/LogView';
import { Empty, ErrorNotice, Notice } from '@/components/Notice';
import { RelativeTime } from '@/components/RelativeTime';
import { SearchField } from '@/components/SearchField';
import { Skeleton } from '@/components/Skeleton';
import { saveFile } from '@/components/saveFile';
import { toast } from '@/components/toasts';
import { useNow } from '@/components/useNow';
import { Forbidden } from '@/modules/access/Forbidden';
import { GatedButton } from '@/modules/access/Gated';
import { CANCEL_TASK, CREATE_TASK, READ_TASK } from '@/modules/access/permissions';
import { EntityLink } from '@/modules/entity/EntityLink';
import { parseRef } from '@/modules/entity/ref';
import { type SecretField, secretFields } from '@/modules/scaffolder/form/walk';
import { StatusMark } from '@/modules/scaffolder/StatusMark';
import { secretsOf } from '@/modules/scaffolder/secretsInHand';
import { Approval } from '@/modules/scaffolder/task/Approval';
import { StepList } from '@/modules/scaffolder/task/StepList';
import styles from '@/modules/scaffolder/task/Task.module.css';
import { TaskOutput } from '@/modules/scaffolder/task/TaskOutput';
import { filteredLines, logText, type TaskView } from '@/modules/scaffolder/task/taskLog';
import { type LiveTask, useTask } from '@/modules/scaffolder/task/useTask';
import { templateOf, titleOf } from '@/modules/scaffolder/taskFacts';

const RetryDialog = lazy(() => import('@/modules/scaffolder/task/RetryDialog'));

const route = getRouteApi('/create/tasks/$taskId');

export function TaskPage() {
  const { taskId } = route.useParams();
  // Another task is another page: nothing of the one before may shine through.
  return <OneTask key={taskId} id={taskId} />;
}

function OneTask({ id }: { id: string }) {
  const live = useTask(id);
  const { task, error } = live;
  useTitle(task ? `${titleOf(task)} · Task` : 'Task');
  if (isStatus(error, 403)) return <Forbidden what="see this task" permission={READ_TASK.name} />;
  if (isStatus(error, 404)) {
    return (
      <Empty
        heading="h1"
        title="There is no such task"
        actions={
          <Link to="/create/tasks" className={buttonClass('primary')}>
            See your tasks
          </Link>
        }
      >
        It may have been removed, or you may not see it.
      </Empty>
    );
  }
  if (!task) {
    return (
      <div className={styles.loading} aria-busy={!error}>
        <h1 className="visually-hidden">Task</h1>
        {error ? (
          <ErrorNotice title="This task could not be read" error={error} onRetry={live.reload} />
        ) : (
          <>
            <Skeleton width={280} height={28} />
            <div style={{ height: 16 }} />
            <Skeleton height={240} />
          </>
        )}
      </div>
    );
  }
  return <TaskBody task={task} live={live} />;
}

function TaskBody({ task, live }: { task: Task; live: LiveTask }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { view } = live;
  const [follow, setFollow] = useState(search.line === undefined);
  const [wrap, setWrap] = useState(false);
  const running = !ENDED.has(task.status) && view.outcome === undefined;
  const set = (next: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const lines = useMemo(
    () => filteredLines(view.lines, search.step, search.q),
    [view.lines, search.step, search.q],
  );
  const rerun = useRerun(task, live);
  const waiting = task.waitingFor;
  useShortcut('Task', 'f', 'Follow the log, or stop following', () => setFollow(!follow));
  useShortcut('Task', 'w', 'Wrap long lines, or stop wrapping', () => setWrap(!wrap));

  const save = () => saveFile(`task-${task.id}.log`, new Blob([logText(view)], { type: 'text/plain' }));
  return (
    <div className={styles.page}>
      <TaskHead task={task} view={view} running={running} rerun={rerun} onSave={save} />
      {waiting && running ? (
        <Approval
          taskId={task.id}
          waiting={waiting}
          step={view.steps.find((step) => step.id === waiting.stepId)?.name ?? waiting.stepId}
          onDecided={live.reload}
        />
      ) : null}
      <Result task={task} view={view} />
      <div className={styles.main}>
        <aside className={styles.side} aria-label="Progress">
          <StepList
            steps={view.steps}
            running={running}
            chosen={search.step}
            onChoose={(step) => set({ step, line: undefined })}
            onRetry={running ? undefined : (step) => rerun.start(step)}
          />
        </aside>
        <section className={styles.log} aria-label="Log">
          <div className={styles.bar}>
            <div className={styles.find}>
              <SearchField
                label="Find in the log"
                value={search.q ?? ''}
                onChange={(q) => set({ q: q || undefined })}
              />
            </div>
            <span className={styles.lineCount} role="status">
              {countText(lines.length, view)}
            </span>
            <StreamMark state={live.stream} running={running} />
            <IconButton label="Wrap long lines" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
              <IconTextWrap size={16} aria-hidden />
            </IconButton>
            {running ? (
              <Button small aria-pressed={follow} onClick={() => setFollow(!follow)}>
                {follow ? 'Following' : 'Follow'}
              </Button>
            ) : null}
          </div>
          {lines.length === 0 ? (
            <div className={styles.noLines}>
              {search.q || search.step
                ? 'No line of the log matches.'
                : running
                  ? 'Nothing has been logged yet.'
                  : 'Nothing was logged.'}
            </div>
          ) : (
            <LogView
              label="Lines of the log"
              lines={lines}
              follow={follow}
              onFollow={setFollow}
              marked={search.line}
              onMark={(line) => {
                setFollow(false);
                set({ line });
              }}
              wrap={wrap}
            />
          )}
        </section>
      </div>
      {rerun.asking ? (
        <Suspense>
          <RetryDialog
            fields={rerun.asking.fields}
            onClose={rerun.close}
            onRun={(secrets) => rerun.run({ fromStep: rerun.asking?.fromStep, secrets })}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

function countText(shown: number, view: TaskView): string {
  const all = view.lines.length.toLocaleString('en');
  const lines =
    shown === view.lines.length ? `${all} lines` : `${shown.toLocaleString('en')} of ${all} lines`;
  return view.dropped > 0 ? `${lines}, the first ${view.dropped.toLocaleString('en')} are left out` : lines;
}

function StreamMark({ state, running }: { state: LiveTask['stream']; running: boolean }) {
  if (!running || state === 'over') return null;
  const words = {
    connecting: 'Connecting',
    live: 'Live',
    polling: 'Live, by asking again',
    away: 'Connection lost, trying again',
  }[state];
  return (
    <span role="status" className={`${styles.stream} ${state === 'live' ? styles.isLive : ''}`}>
      {words}
    </span>
  );
}

type Rerun = {
  start: (fromStep?: string) => void;
  run: (what: { fromStep?: string | undefined; secrets?: Record<string, string> | undefined }) => void;
  pending: boolean;
  asking: { fields: SecretField[]; fromStep: string | undefined } | undefined;
  close: () => void;
};

/** Running it again. Secrets are gone from the server by then: the tab may still have them, else one is asked. */
function useRerun(task: Task, live: LiveTask): Rerun {
  const client = useQueryClient();
  const [asking, setAsking] = useState<Rerun['asking']>();
  const { mutate, isPending } = useMutation({
    mutationFn: (what: Parameters<Rerun['run']>[0]) => retryTask(task.id, what),
    onSuccess: () => {
      setAsking(undefined);
      live.goOn();
    },
    onError: (error) => toast.error('The task was not started again', messageOf(error)),
  });
  const start = async (fromStep?: string) => {
    const secrets = secretsOf(task.id);
    if (secrets) {
      mutate({ fromStep, secrets });
      return;
    }
    const template = templateOf(task);
    const form = template
      ? await client.fetchQuery(parameterSchema(template.namespace, template.name)).catch(() => undefined)
      : undefined;
    const fields = secretFields(form?.steps ?? []);
    if (fields.length > 0) setAsking({ fields, fromStep });
    else mutate({ fromStep });
  };
  return {
    start: (fromStep) => void start(fromStep),
    run: mutate,
    pending: isPending,
    asking,
    close: () => setAsking(undefined),
  };
}

function Result({ task, view }: { task: Task; view: TaskView }) {
  const { outcome } = view;
  const failed = task.status === 'failed' || outcome?.error !== undefined;
  if (!outcome && !failed) return null;
  const error = outcome?.error;
  return (
    <div className={styles.result}>
      {failed ? (
        <Notice
          level="error"
          title={error?.name && error.name !== 'Error' ? `The task failed: ${error.name}` : 'The task failed'}
        >
          {error?.message ?? 'The log says where.'}
        </Notice>
      ) : null}
      {outcome?.output ? <TaskOutput output={outcome.output} /> : null}
    </div>
  );
}

function TaskHead({
  task,
  view,
  running,
  rerun,
  onSave,
}: {
  task: Task;
  view: TaskView;
  running: boolean;
  rerun: Rerun;
  onSave: () => void;
}) {
  const client = useQueryClient();
  const now = useNow(running);
  const template = templateOf(task);
  const end = view.outcome?.at ?? view.lines.at(-1)?.at;
  const took = (running ? now : end ? Date.parse(end) : undefined) ?? Date.parse(task.createdAt);
  const createdBy = task.createdBy ? parseRef(task.createdBy) : undefined;
  const cancel = useMutation({
    mutationFn: () => cancelTask(task.id),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['scaffolder'] }),
    onError: (error) => toast.error('The task was not cancelled', messageOf(error)),
  });
  const failedStep = view.steps.find((step) => step.status === 'failed' || step.status === 'cancelled');
  const again = template
    ? {
        to: '/create/templates/$namespace/$name' as const,
        params: { namespace: template.namespace, name: template.name },
        search: { formData: JSON.stringify(task.spec.parameters ?? {}) },
      }
    : undefined;
  return (
    <header className={styles.header}>
      <div className={styles.crumbs}>
        <Link to="/create/tasks">Tasks</Link>
        <span aria-hidden>·</span>
        <span className="mono">{task.id.slice(0, 8)}</span>
      </div>
      <div className={styles.top}>
        <h1>{titleOf(task)}</h1>
        <div className={styles.actions}>
          {running ? (
            <GatedButton
              permission={CANCEL_TASK}
              resourceRef={task.id}
              weight="danger"
              disabled={cancel.isPending}
              onClick={() => cancel.mutate()}
            >
              <IconBan size={16} aria-hidden />
              {cancel.isPending ? 'Cancelling' : 'Cancel'}
            </GatedButton>
          ) : (
            <GatedButton
              permission={CREATE_TASK}
              weight={task.status === 'completed' ? 'default' : 'primary'}
              disabled={rerun.pending}
              onClick={() => rerun.start(failedStep?.id)}
            >
              <IconRotateClockwise size={16} aria-hidden />
              {failedStep ? `Retry from ${failedStep.name}` : 'Run again'}
            </GatedButton>
          )}
          {again ? (
            <Link {...again} className={buttonClass('default')}>
              <IconPlayerPlay size={16} aria-hidden />
              Start over
            </Link>
          ) : null}
          <Menu position="bottom-end">
            <Menu.Target>
              <IconButton label="More actions" weight="default">
                <IconDots size={16} aria-hidden />
              </IconButton>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconDownload size={15} aria-hidden />} onClick={onSave}>
                Download the log
              </Menu.Item>
              {!running && failedStep ? (
                <Menu.Item
                  leftSection={<IconRotateClockwise size={15} aria-hidden />}
                  onClick={() => rerun.start()}
                >
                  Retry from the first step
                </Menu.Item>
              ) : null}
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
      <dl className={styles.facts}>
        <div>
          <dt>State</dt>
          <dd>
            <StatusMark status={task.waitingFor && running ? 'waiting' : task.status} />
          </dd>
        </div>
        {template ? (
          <div>
            <dt>Template</dt>
            <dd>
              <EntityLink target={template} />
            </dd>
          </div>
        ) : null}
        {createdBy ? (
          <div>
            <dt>By</dt>
            <dd>
              <EntityLink target={createdBy} />
            </dd>
          </div>
        ) : null}
        <div>
          <dt>Started</dt>
          <dd>
            <RelativeTime value={task.createdAt} />
          </dd>
        </div>
        <div>
          <dt>{running ? 'Running for' : 'Took'}</dt>
          <dd className="tabular">{duration(took - Date.parse(task.createdAt))}</dd>
        </div>
      </dl>
    </header>
  );
}
