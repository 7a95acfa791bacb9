// What the events of a task amount to: the state of each step, the lines of the log, the outcome.

import type { StepStatus, TaskEvent, TaskOutput, TaskStep } from '@/api/scaffolder';
import { plainText } from '@/components/log/ansi';
import type { LogLine } from '@/components/log/LogView';

/** A log that never ends does not fill the memory of the browser; the oldest lines go. */
export const MOST_LINES = 100_000;

export type StepState = {
  id: string;
  name: string;
  action: string;
  status: StepStatus;
  startedAt?: string | undefined;
  endedAt?: string | undefined;
  approval?: { approvers: string[]; message?: string } | undefined;
};

export type TaskLine = LogLine & { stepId: string | undefined; at: string };

export type Outcome = {
  at: string;
  message: string;
  output?: TaskOutput | undefined;
  error?: { name?: string; message?: string } | undefined;
};

export type TaskView = {
  steps: StepState[];
  lines: TaskLine[];
  /** How many lines were left out at the start. */
  dropped: number;
  outcome: Outcome | undefined;
  cancelled: boolean;
  lastEvent: number;
};

const DONE: ReadonlySet<StepStatus> = new Set(['completed', 'failed', 'cancelled', 'skipped']);

export function emptyView(steps: TaskStep[]): TaskView {
  return {
    steps: steps.map(({ id, name, action }) => ({ id, name: name || id, action, status: 'open' })),
    lines: [],
    dropped: 0,
    outcome: undefined,
    cancelled: false,
    lastEvent: 0,
  };
}

const untouched = (step: StepState): StepState => ({
  id: step.id,
  name: step.name,
  action: step.action,
  status: 'open',
});

function stepsAfter(steps: StepState[], event: TaskEvent): StepState[] {
  const { stepId, status, approval } = event.body;
  if (!stepId || !status) return steps;
  const index = steps.findIndex((step) => step.id === stepId);
  if (index < 0) return steps;
  const before = steps[index] as StepState;
  // A step that begins once more is a retry: what came after it last time is to be done again.
  const again = status === 'processing' && DONE.has(before.status);
  return steps.map((step, at) => {
    if (at > index && again) return untouched(step);
    if (at !== index) return step;
    const started = status === 'processing' && (again || !step.startedAt) ? event.createdAt : step.startedAt;
    return {
      ...untouched(step),
      status,
      startedAt: started ?? (status === 'skipped' ? undefined : event.createdAt),
      endedAt: DONE.has(status) ? event.createdAt : undefined,
      approval: status === 'waiting' ? approval : undefined,
    };
  });
}

function linesOf(event: TaskEvent, first: number): TaskLine[] {
  const { message, stepId, status } = event.body;
  if (message === undefined || message === '') return [];
  const error = status === 'failed' || (event.type === 'completion' && event.body.error !== undefined);
  const head = status === 'processing' || event.type !== 'log';
  return message
    .replace(/\r?\n$/, '')
    .split('\n')
    .map((text, index) => ({
      number: first + index,
      text,
      stepId,
      at: event.createdAt,
      tone: error ? 'error' : head ? 'head' : undefined,
    }));
}

/** The view after these events, which come in order. */
export function viewAfter(view: TaskView, events: TaskEvent[]): TaskView {
  let { steps, dropped, outcome, cancelled, lastEvent } = view;
  const fresh: TaskLine[] = [];
  let next = (view.lines.at(-1)?.number ?? 0) + 1;
  for (const event of events) {
    if (event.id <= lastEvent) continue;
    lastEvent = event.id;
    const more = linesOf(event, next);
    next += more.length;
    fresh.push(...more);
    if (event.type === 'log') {
      steps = stepsAfter(steps, event);
      // After its end a task says something about its steps only if it runs again.
      if (event.body.status === 'processing' || event.body.status === 'waiting') {
        outcome = undefined;
        cancelled = false;
      }
    } else if (event.type === 'cancelled') {
      cancelled = true;
      steps = stepsAfter(steps, { ...event, body: { ...event.body, status: 'cancelled' } });
    } else if (event.type === 'recovered') {
      outcome = undefined;
      if (event.body.recoverStrategy === 'startOver') steps = steps.map(untouched);
    } else {
      const { message = '', output, error } = event.body;
      outcome = { at: event.createdAt, message, output, error };
    }
  }
  let lines = fresh.length > 0 ? [...view.lines, ...fresh] : view.lines;
  if (lines.length > MOST_LINES) {
    dropped += lines.length - MOST_LINES;
    lines = lines.slice(-MOST_LINES);
  }
  return { steps, lines, dropped, outcome, cancelled, lastEvent };
}

/** The lines of one step, or those that hold a text. */
export function filteredLines(
  lines: TaskLine[],
  step: string | undefined,
  text: string | undefined,
): TaskLine[] {
  if (!step && !text) return lines;
  const wanted = text?.toLowerCase();
  return lines.filter(
    (line) =>
      (!step || line.stepId === step) && (!wanted || plainText(line.text).toLowerCase().includes(wanted)),
  );
}

/** The whole log as a file. */
export function logText(view: TaskView): string {
  const names = new Map(view.steps.map((step) => [step.id, step.name]));
  return view.lines
    .map(({ at, stepId, text }) => {
      const step = stepId ? `[${names.get(stepId) ?? stepId}] ` : '';
      return `${at} ${step}${plainText(text)}\n`;
    })
    .join('');
}
