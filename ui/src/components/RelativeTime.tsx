// A time as people say it; the exact one on hover.

import { useEffect, useState } from 'react';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** "3 hours ago"; under a minute is "just now". */
export function relativeTime(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return seconds > 5 ? 'in less than a minute' : 'just now';
}

/** Reads the times that servers write: RFC 3339, HTTP's dates, or SQL's form without a zone, which is UTC. */
export function readTime(value: string): Date | undefined {
  const zoned = /(?:z|gmt)$|[+-]\d\d:?\d\d$/i.test(value) ? value : `${value.replace(' ', 'T')}Z`;
  const time = new Date(zoned);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export function RelativeTime({ value }: { value: string }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  const time = readTime(value);
  if (!time) return <span>{value}</span>;
  return (
    <time dateTime={time.toISOString()} title={time.toLocaleString()}>
      {relativeTime(time, now)}
    </time>
  );
}
