// One task as it happens: what it was asked for, and what its events amount to so far.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { followTask, type StreamState } from '@/api/live/taskStream';
import { task as taskQuery } from '@/api/queries/scaffolder';
import { ENDED, type StepStatus, type Task, type TaskEvent } from '@/api/scaffolder';
import { emptyView, type TaskView, viewAfter } from './taskLog';

/** Events of one moment are drawn together. */
const GATHER_MS = 50;
const LOOK_MS = 5_000;

export type LiveTask = {
  task: Task | undefined;
  error: unknown;
  reload: () => void;
  view: TaskView;
  stream: StreamState;
  /** Reads on after the task has been started once more. */
  goOn: () => void;
};

/** Whether an event changes what the task itself says. */
const TELLING = new Set<StepStatus | undefined>(['waiting', 'processing', 'failed']);
const tells = (event: TaskEvent) => event.type !== 'log' || TELLING.has(event.body.status);

export function useTask(id: string): LiveTask {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    ...taskQuery(id),
    refetchInterval: ({ state }) =>
      state.error || (state.data && ENDED.has(state.data.status)) ? false : LOOK_MS,
  });
  const [view, setView] = useState<TaskView>(() => emptyView([]));
  const [stream, setStream] = useState<StreamState>('connecting');
  const [refused, setRefused] = useState<unknown>();
  const [round, setRound] = useState(0);
  const current = useRef(view);
  const steps = data?.spec.steps;
  const ready = steps !== undefined;

  const first = useRef(steps);
  first.current ??= steps;
  // Each round goes on where the one before ended.
  useEffect(() => {
    if (!ready) return;
    if (round === 0) {
      current.current = emptyView(first.current ?? []);
      setView(current.current);
    }
    const ending = new AbortController();
    let waiting: TaskEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const events = waiting;
      waiting = [];
      current.current = viewAfter(current.current, events);
      setView(current.current);
      if (events.some(tells)) {
        void client.invalidateQueries({ queryKey: ['scaffolder', 'task', id] });
        void client.invalidateQueries({ queryKey: ['scaffolder', 'tasks'] });
      }
    };
    void followTask(
      id,
      current.current.lastEvent,
      {
        heard: (events) => {
          waiting.push(...events);
          timer ??= setTimeout(flush, GATHER_MS);
        },
        state: setStream,
        refused: setRefused,
      },
      ending.signal,
    );
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [id, ready, round, client]);

  const goOn = useCallback(() => {
    void client.invalidateQueries({ queryKey: ['scaffolder', 'task', id] });
    setRound((before) => before + 1);
  }, [client, id]);
  return {
    task: data,
    error: data ? refused : (error ?? refused),
    reload: () => void refetch(),
    view,
    stream,
    goOn,
  };
}
