import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '@/api/scaffolder';
import { emptyView, filteredLines, logText, viewAfter } from './taskLog';

const STEPS = ['a', 'b', 'c'].map((id) => ({ id, name: `Step ${id}`, action: 'debug:log' }));

let last = 0;
const event = (body: TaskEvent['body'], type: TaskEvent['type'] = 'log'): TaskEvent => {
  last += 1;
  return { id: last, taskId: 't', type, createdAt: `2026-11-25T10:00:0${last % 10}.000Z`, body };
};
const step = (stepId: string, status: NonNullable<TaskEvent['body']['status']>) =>
  event({ message: `${stepId} ${status}`, stepId, status });
const statuses = (events: TaskEvent[]) =>
  viewAfter(emptyView(STEPS), events).steps.map(({ status }) => status);

describe('the steps of a task', () => {
  it('have the state that was said of them last', () => {
    expect(statuses([step('a', 'processing'), step('a', 'completed'), step('b', 'skipped')])).toEqual([
      'completed',
      'skipped',
      'open',
    ]);
  });

  it('are to be done again behind one that is retried', () => {
    const failed = [
      step('a', 'completed'),
      step('b', 'processing'),
      step('b', 'failed'),
      step('c', 'skipped'),
    ];
    const end = event(
      { message: 'Run completed with status: failed', error: { message: 'no' } },
      'completion',
    );
    const view = viewAfter(emptyView(STEPS), [...failed, end, step('b', 'processing')]);
    expect(view.steps.map(({ status }) => status)).toEqual(['completed', 'processing', 'open']);
    expect(view.outcome).toBeUndefined();
  });

  it('start from the beginning when the task does', () => {
    const begun = step('a', 'completed');
    const again = event({ recoverStrategy: 'startOver' }, 'recovered');
    expect(statuses([begun, again])).toEqual(['open', 'open', 'open']);
  });

  it('say who is waited for, until it goes on', () => {
    const asked = event({
      message: 'Waiting',
      stepId: 'b',
      status: 'waiting',
      approval: { approvers: ['group:default/team-a'], message: 'Costs money' },
    });
    const waiting = viewAfter(emptyView(STEPS), [asked]);
    expect(waiting.steps[1]).toMatchObject({ status: 'waiting', approval: { message: 'Costs money' } });
    expect(viewAfter(waiting, [step('b', 'processing')]).steps[1]?.approval).toBeUndefined();
  });

  it('end as cancelled', () => {
    const begun = step('a', 'processing');
    const stop = event(
      { message: 'Step a has been cancelled.', stepId: 'a', status: 'cancelled' },
      'cancelled',
    );
    const view = viewAfter(emptyView(STEPS), [begun, stop]);
    expect(view.cancelled).toBe(true);
    expect(view.steps[0]?.status).toBe('cancelled');
  });
});

describe('the log of a task', () => {
  const view = viewAfter(emptyView(STEPS), [
    event({ message: 'one\ntwo\n', stepId: 'a' }),
    event({ message: '\u001b[31mthree\u001b[39m', stepId: 'b' }),
  ]);

  it('numbers its lines over all steps', () => {
    expect(view.lines.map(({ number, text }) => [number, text])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, '\u001b[31mthree\u001b[39m'],
    ]);
    expect(filteredLines(view.lines, 'b', undefined).map(({ number }) => number)).toEqual([3]);
    expect(filteredLines(view.lines, undefined, 'THREE')).toHaveLength(1);
  });

  it('takes no event twice', () => {
    const first = event({ message: 'x' });
    const once = viewAfter(emptyView(STEPS), [first]);
    expect(viewAfter(once, [first]).lines).toHaveLength(1);
  });

  it('leaves as text without colours', () => {
    expect(logText(view)).toContain('[Step b] three\n');
  });
});
