// What a list and a page say about a task: which template it is of, and what it is called.

import type { Task } from '@/api/scaffolder';
import { type EntityRef, parseRef, shortRef } from '@/modules/entity/ref';

export function templateOf(task: Task): EntityRef | undefined {
  const ref = task.spec.templateInfo?.entityRef;
  return ref ? parseRef(ref, { kind: 'template' }) : undefined;
}

/** The template's title as it was when the task was made. */
export function titleOf(task: Task): string {
  const metadata = task.spec.templateInfo?.entity?.metadata;
  const title = metadata?.title ?? metadata?.name;
  if (typeof title === 'string' && title !== '') return title;
  const template = templateOf(task);
  return template ? shortRef(template) : 'Task';
}

const TELLING = ['name', 'title', 'component_id', 'componentId', 'repoUrl'];

/** One value of its form that tells tasks of a template apart. */
export function subjectOf(task: Task): string | undefined {
  const parameters = task.spec.parameters ?? {};
  for (const key of TELLING) {
    const value = parameters[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return Object.values(parameters).find(
    (value): value is string => typeof value === 'string' && value !== '' && !/^\*+$/.test(value),
  );
}
