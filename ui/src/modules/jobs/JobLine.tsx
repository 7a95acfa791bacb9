// The progress of long work, at the foot of every page: what is done now, how far, how long, and what failed.

import { useEffect, useState } from 'react';
import { Button } from '@/components/Button';
import { CopyButton } from '@/components/CopyButton';
import styles from './JobLine.module.css';
import { dismissJob, type Job, stopJob, useJobs } from './jobs';

export default function JobLine() {
  const jobs = useJobs();
  if (jobs.length === 0) return null;
  return (
    <section className={styles.lines} aria-label="Work under way">
      {jobs.map((job) => (
        <Line key={job.id} job={job} />
      ))}
    </section>
  );
}

/** "12 s", "3 min 5 s". */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

function Line({ job }: { job: Job }) {
  const [open, setOpen] = useState(false);
  const running = job.endedAt === undefined;
  const now = useNow(running);
  const good = job.finished - job.failures.length;
  const words = running
    ? `${job.doing} ${job.finished} of ${job.total}`
    : `${job.done}: ${good} of ${job.total}${job.stopped ? ', then stopped' : ''}`;
  return (
    <div className={styles.line}>
      <progress className={styles.progress} value={job.finished} max={job.total} aria-label={job.doing} />
      <div className={styles.row}>
        <strong role="status">{words}</strong>
        <span className={`${styles.now} ellipsis`}>{running ? job.now : ''}</span>
        <span className="quiet tabular">
          {elapsed((job.endedAt ?? Math.max(now, job.startedAt)) - job.startedAt)}
        </span>
        {job.failures.length > 0 ? (
          <Button small weight="danger" aria-expanded={open} onClick={() => setOpen(!open)}>
            {`${job.failures.length} failed`}
          </Button>
        ) : null}
        {running ? (
          <Button small onClick={() => stopJob(job.id)} disabled={job.stopped}>
            {job.stopped ? 'Stopping' : 'Stop'}
          </Button>
        ) : (
          <Button small onClick={() => dismissJob(job.id)}>
            Close
          </Button>
        )}
      </div>
      {open ? (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <ul className={styles.failures} aria-label="What failed" tabIndex={0}>
            {job.failures.map((failure) => (
              <li key={failure.what}>
                <span className="mono">{failure.what}</span> {failure.message}
              </li>
            ))}
          </ul>
          <CopyButton
            label="Copy what failed"
            value={job.failures.map((failure) => `${failure.what}\t${failure.message}`).join('\n')}
          />
        </>
      ) : null}
    </div>
  );
}
