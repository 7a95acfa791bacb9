// Tasks as rows: what became of each, of which template, by whom and when.

import { Link } from '@tanstack/react-router';
import { ENDED, type Task } from '@/api/scaffolder';
import { duration } from '@/components/duration';
import { RelativeTime } from '@/components/RelativeTime';
import { EntityLink } from '@/modules/entity/EntityLink';
import { parseRef } from '@/modules/entity/ref';
import { StatusMark } from '../StatusMark';
import { subjectOf, templateOf, titleOf } from '../taskFacts';
import styles from './Tasks.module.css';

/** `template` is left out on the page of one template. */
export function TaskTable({ tasks, template = true }: { tasks: Task[]; template?: boolean }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col" className={styles.state}>
            State
          </th>
          <th scope="col">Task</th>
          {template ? (
            <th scope="col" className={styles.wide}>
              Template
            </th>
          ) : null}
          <th scope="col" className={styles.wide}>
            By
          </th>
          <th scope="col" className={styles.took}>
            Took
          </th>
          <th scope="col" className={styles.when}>
            Created
          </th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <Row key={task.id} task={task} template={template} />
        ))}
      </tbody>
    </table>
  );
}

function took(task: Task): string {
  if (!ENDED.has(task.status) || !task.lastHeartbeatAt) return '';
  const ms = Date.parse(task.lastHeartbeatAt) - Date.parse(task.createdAt);
  return ms > 0 ? duration(ms) : '';
}

function Row({ task, template }: { task: Task; template: boolean }) {
  const of = templateOf(task);
  const by = task.createdBy ? parseRef(task.createdBy) : undefined;
  const subject = subjectOf(task);
  const waiting = task.waitingFor !== undefined && !ENDED.has(task.status);
  return (
    <tr>
      <td>
        <StatusMark status={waiting ? 'waiting' : task.status} {...(waiting ? { label: 'Waiting' } : {})} />
      </td>
      <td>
        <Link to="/create/tasks/$taskId" params={{ taskId: task.id }} className={styles.name} title={task.id}>
          {subject ?? titleOf(task)}
        </Link>
      </td>
      {template ? (
        <td className={styles.wide}>
          {of ? <EntityLink target={of} title={titleOf(task)} /> : titleOf(task)}
        </td>
      ) : null}
      <td className={styles.wide}>
        {by ? <EntityLink target={by} /> : <span className="quiet">Nobody</span>}
      </td>
      <td className={`${styles.took} tabular`}>{took(task)}</td>
      <td className={`${styles.when} tabular`}>
        <RelativeTime value={task.createdAt} />
      </td>
    </tr>
  );
}
